CREATE TABLE "country_programme"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "programme" TEXT,
  "country" TEXT,
  "name" TEXT,
  "languages" TEXT,
  "number_locale" TEXT,
  "paper" TEXT,
  "injury_basis" TEXT,
  "minimum_age" INTEGER,
  "module_titles" TEXT,
  "key" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "partner"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "country_programme_id" TEXT NOT NULL REFERENCES "country_programme"(id),
  "name" TEXT,
  "kind" TEXT,
  "notes" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "user"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "name" TEXT,
  "role" TEXT,
  "country_programme_id" TEXT REFERENCES "country_programme"(id),
  "partner_id" TEXT REFERENCES "partner"(id),
  "language" TEXT,
  "sex" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "certification"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "user_id" TEXT NOT NULL REFERENCES "user"(id),
  "module_id" TEXT REFERENCES "module"(id),
  "level" TEXT,
  "on" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "enterprise"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "country_programme_id" TEXT REFERENCES "country_programme"(id),
  "name" TEXT,
  "code" TEXT,
  "legal_name" TEXT,
  "address" TEXT,
  "city" TEXT,
  "region" TEXT,
  "country" TEXT,
  "latitude" REAL,
  "longitude" REAL,
  "sector" TEXT,
  "isic" TEXT,
  "products" TEXT,
  "founded" INTEGER,
  "ownership" TEXT,
  "market" TEXT,
  "phone" TEXT,
  "email" TEXT,
  "report_language" TEXT,
  "status" TEXT,
  "status_reason" TEXT,
  "tier" TEXT,
  "may_share" INTEGER,
  "joined_on" TEXT,
  "advisor_id" TEXT REFERENCES "user"(id),
  "merged_into" TEXT REFERENCES "enterprise"(id),
  "notes" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX enterprise_merged_into ON "enterprise"("merged_into");
CREATE TABLE "enterprise_profile"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "on" TEXT,
  "women_permanent" INTEGER,
  "men_permanent" INTEGER,
  "women_temporary" INTEGER,
  "men_temporary" INTEGER,
  "workers" INTEGER,
  "managers" INTEGER,
  "shifts" INTEGER,
  "turnover_band" TEXT,
  "buyers" TEXT,
  "has_union" INTEGER,
  "has_committee" INTEGER,
  "source" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX enterprise_profile_enterprise_id ON "enterprise_profile"("enterprise_id");
CREATE TABLE "area"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "name" TEXT,
  "kind" TEXT,
  "position" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX area_enterprise_id ON "area"("enterprise_id");
CREATE TABLE "contact"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "name" TEXT,
  "position" TEXT,
  "sex" TEXT,
  "phone" TEXT,
  "email" TEXT,
  "is_main" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX contact_enterprise_id ON "contact"("enterprise_id");
CREATE TABLE "committee"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "kind" TEXT,
  "name" TEXT,
  "formed_on" TEXT,
  "ended_on" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX committee_enterprise_id ON "committee"("enterprise_id");
CREATE TABLE "committee_member"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "committee_id" TEXT NOT NULL REFERENCES "committee"(id),
  "name" TEXT,
  "position" TEXT,
  "side" TEXT,
  "sex" TEXT,
  "joined_on" TEXT,
  "left_on" TEXT,
  "is_chair" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX committee_member_committee_id ON "committee_member"("committee_id");
CREATE TABLE "module"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "key" TEXT,
  "programme" TEXT,
  "name" TEXT,
  "number" INTEGER,
  "is_mandatory" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "training"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "module_id" TEXT REFERENCES "module"(id),
  "country_programme_id" TEXT REFERENCES "country_programme"(id),
  "partner_id" TEXT REFERENCES "partner"(id),
  "trainer_id" TEXT REFERENCES "user"(id),
  "starts_on" TEXT,
  "ends_on" TEXT,
  "venue" TEXT,
  "format" TEXT,
  "price" INTEGER,
  "currency" TEXT,
  "independence" TEXT,
  "notes" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "training_enterprise"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "training_id" TEXT NOT NULL REFERENCES "training"(id),
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX training_enterprise_training_id ON "training_enterprise"("training_id");
CREATE INDEX training_enterprise_enterprise_id ON "training_enterprise"("enterprise_id");
CREATE TABLE "session"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "training_id" TEXT REFERENCES "training"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "module_id" TEXT REFERENCES "module"(id),
  "on" TEXT,
  "topic" TEXT,
  "trainer_id" TEXT REFERENCES "user"(id),
  "minutes" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX session_training_id ON "session"("training_id");
CREATE INDEX session_visit_id ON "session"("visit_id");
CREATE TABLE "participant"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "name" TEXT,
  "position" TEXT,
  "sex" TEXT,
  "role" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX participant_enterprise_id ON "participant"("enterprise_id");
CREATE TABLE "attendance"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "session_id" TEXT NOT NULL REFERENCES "session"(id),
  "participant_id" TEXT NOT NULL REFERENCES "participant"(id),
  "was_present" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX attendance_session_id ON "attendance"("session_id");
CREATE INDEX attendance_participant_id ON "attendance"("participant_id");
CREATE TABLE "survey_response"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "kind" TEXT,
  "training_id" TEXT REFERENCES "training"(id),
  "session_id" TEXT REFERENCES "session"(id),
  "enterprise_id" TEXT REFERENCES "enterprise"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "role" TEXT,
  "sex" TEXT,
  "scores" TEXT,
  "remark" TEXT,
  "moment" TEXT,
  "language" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX survey_response_training_id ON "survey_response"("training_id");
CREATE INDEX survey_response_session_id ON "survey_response"("session_id");
CREATE INDEX survey_response_enterprise_id ON "survey_response"("enterprise_id");
CREATE INDEX survey_response_visit_id ON "survey_response"("visit_id");
CREATE TABLE "visit"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "kind" TEXT,
  "number" INTEGER,
  "module_id" TEXT REFERENCES "module"(id),
  "training_id" TEXT REFERENCES "training"(id),
  "mode" TEXT,
  "trainer_id" TEXT REFERENCES "user"(id),
  "second_trainer_id" TEXT REFERENCES "user"(id),
  "planned_on" TEXT,
  "started_at" TEXT,
  "finished_at" TEXT,
  "status" TEXT,
  "revision" INTEGER,
  "purpose" TEXT,
  "summary" TEXT,
  "advice" TEXT,
  "good_practice" TEXT,
  "next_steps" TEXT,
  "next_visit_on" TEXT,
  "cycle" INTEGER,
  "is_unannounced" INTEGER,
  "internal_notes" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX visit_enterprise_id ON "visit"("enterprise_id");
CREATE INDEX visit_training_id ON "visit"("training_id");
CREATE TABLE "visit_person"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "visit_id" TEXT NOT NULL REFERENCES "visit"(id),
  "position" TEXT,
  "role" TEXT,
  "sex" TEXT,
  "count" INTEGER,
  "met_in" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX visit_person_visit_id ON "visit_person"("visit_id");
CREATE TABLE "signature"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "visit_id" TEXT NOT NULL REFERENCES "visit"(id),
  "side" TEXT,
  "position" TEXT,
  "strokes" TEXT,
  "content_sha256" TEXT,
  "signed_at" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX signature_visit_id ON "signature"("visit_id");
CREATE TABLE "review_comment"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "visit_id" TEXT NOT NULL REFERENCES "visit"(id),
  "about" TEXT,
  "comment" TEXT,
  "author_id" TEXT REFERENCES "user"(id),
  "resolved_at" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX review_comment_visit_id ON "review_comment"("visit_id");
CREATE TABLE "checklist"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "key" TEXT,
  "title" TEXT,
  "version" TEXT,
  "definition_sha256" TEXT,
  "definition" TEXT,
  "languages" TEXT,
  "country" TEXT,
  "module_id" TEXT REFERENCES "module"(id),
  "is_retired" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "assessment"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "visit_id" TEXT NOT NULL REFERENCES "visit"(id),
  "checklist_id" TEXT NOT NULL REFERENCES "checklist"(id),
  "moment" TEXT,
  "extent" TEXT,
  "completed_at" TEXT,
  "notes" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX assessment_visit_id ON "assessment"("visit_id");
CREATE TABLE "answer"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "assessment_id" TEXT NOT NULL REFERENCES "assessment"(id),
  "item" TEXT,
  "repeat_id" TEXT,
  "value" TEXT,
  "finding" TEXT,
  "not_assessed" TEXT,
  "note" TEXT,
  "evidence" TEXT,
  "override_reason" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX answer_assessment_id ON "answer"("assessment_id");
CREATE TABLE "legal_reference"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "key" TEXT,
  "country" TEXT,
  "item" TEXT,
  "title" TEXT,
  "text" TEXT,
  "language" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "improvement"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "area_id" TEXT REFERENCES "area"(id),
  "origin" TEXT,
  "answer_id" TEXT REFERENCES "answer"(id),
  "committee_id" TEXT REFERENCES "committee"(id),
  "what" TEXT,
  "root_cause" TEXT,
  "category" TEXT,
  "type" TEXT,
  "priority" TEXT,
  "responsible" TEXT,
  "due_on" TEXT,
  "cost" INTEGER,
  "cost_basis" TEXT,
  "saving" INTEGER,
  "saving_basis" TEXT,
  "currency" TEXT,
  "status" TEXT,
  "done_on" TEXT,
  "verified_by" TEXT REFERENCES "user"(id),
  "verified_on" TEXT,
  "compliance_point" TEXT,
  "indicator" TEXT,
  "public_response" TEXT,
  "effect" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX improvement_enterprise_id ON "improvement"("enterprise_id");
CREATE INDEX improvement_visit_id ON "improvement"("visit_id");
CREATE INDEX improvement_area_id ON "improvement"("area_id");
CREATE INDEX improvement_answer_id ON "improvement"("answer_id");
CREATE INDEX improvement_committee_id ON "improvement"("committee_id");
CREATE TABLE "improvement_event"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "improvement_id" TEXT NOT NULL REFERENCES "improvement"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "at" TEXT,
  "status" TEXT,
  "words" TEXT,
  "author_id" TEXT REFERENCES "user"(id),
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX improvement_event_improvement_id ON "improvement_event"("improvement_id");
CREATE INDEX improvement_event_visit_id ON "improvement_event"("visit_id");
CREATE TABLE "photo"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "original_sha256" TEXT,
  "working_sha256" TEXT,
  "thumbnail_sha256" TEXT,
  "width" INTEGER,
  "height" INTEGER,
  "size" INTEGER,
  "taken_at" TEXT,
  "file_name" TEXT,
  "place" TEXT,
  "caption" TEXT,
  "is_upright" INTEGER,
  "consent" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "photo_link"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "photo_id" TEXT NOT NULL REFERENCES "photo"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "answer_id" TEXT REFERENCES "answer"(id),
  "improvement_id" TEXT REFERENCES "improvement"(id),
  "area_id" TEXT REFERENCES "area"(id),
  "position" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX photo_link_photo_id ON "photo_link"("photo_id");
CREATE INDEX photo_link_visit_id ON "photo_link"("visit_id");
CREATE INDEX photo_link_answer_id ON "photo_link"("answer_id");
CREATE INDEX photo_link_improvement_id ON "photo_link"("improvement_id");
CREATE INDEX photo_link_area_id ON "photo_link"("area_id");
CREATE TABLE "photo_pair"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "improvement_id" TEXT REFERENCES "improvement"(id),
  "place" TEXT,
  "before_photo_id" TEXT REFERENCES "photo"(id),
  "after_photo_id" TEXT REFERENCES "photo"(id),
  "status" TEXT,
  "what_changed" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX photo_pair_enterprise_id ON "photo_pair"("enterprise_id");
CREATE INDEX photo_pair_improvement_id ON "photo_pair"("improvement_id");
CREATE INDEX photo_pair_before_photo_id ON "photo_pair"("before_photo_id");
CREATE INDEX photo_pair_after_photo_id ON "photo_pair"("after_photo_id");
CREATE TABLE "annotation"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "photo_id" TEXT NOT NULL REFERENCES "photo"(id),
  "kind" TEXT,
  "shape" TEXT,
  "colour" TEXT,
  "words" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX annotation_photo_id ON "annotation"("photo_id");
CREATE TABLE "indicator"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "key" TEXT,
  "name" TEXT,
  "formula" TEXT,
  "unit" TEXT,
  "better" TEXT,
  "basis" TEXT,
  "frequency" TEXT,
  "modules" TEXT,
  "digits" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE TABLE "indicator_value"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "area_id" TEXT REFERENCES "area"(id),
  "indicator" TEXT,
  "period" TEXT,
  "role" TEXT,
  "visit_id" TEXT REFERENCES "visit"(id),
  "status" TEXT,
  "value" REAL,
  "numerator" REAL,
  "denominator" REAL,
  "currency" TEXT,
  "source" TEXT,
  "told_by" TEXT,
  "basis" TEXT,
  "note" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX indicator_value_enterprise_id ON "indicator_value"("enterprise_id");
CREATE INDEX indicator_value_area_id ON "indicator_value"("area_id");
CREATE INDEX indicator_value_visit_id ON "indicator_value"("visit_id");
CREATE TABLE "target"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "area_id" TEXT REFERENCES "area"(id),
  "indicator" TEXT,
  "until" TEXT,
  "value" REAL,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX target_enterprise_id ON "target"("enterprise_id");
CREATE INDEX target_area_id ON "target"("area_id");
CREATE TABLE "measurement_group"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "area_id" TEXT REFERENCES "area"(id),
  "name" TEXT,
  "indicators" TEXT,
  "started_on" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX measurement_group_enterprise_id ON "measurement_group"("enterprise_id");
CREATE INDEX measurement_group_area_id ON "measurement_group"("area_id");
CREATE TABLE "effectiveness_curve"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "measurement_group_id" TEXT NOT NULL REFERENCES "measurement_group"(id),
  "indicator" TEXT,
  "valid_from" TEXT,
  "version" INTEGER,
  "anchors" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX effectiveness_curve_measurement_group_id ON "effectiveness_curve"("measurement_group_id");
CREATE TABLE "feedback_meeting"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "measurement_group_id" TEXT NOT NULL REFERENCES "measurement_group"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "on" TEXT,
  "period" TEXT,
  "women" INTEGER,
  "men" INTEGER,
  "discussed" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX feedback_meeting_measurement_group_id ON "feedback_meeting"("measurement_group_id");
CREATE INDEX feedback_meeting_visit_id ON "feedback_meeting"("visit_id");
CREATE TABLE "commitment"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "feedback_meeting_id" TEXT NOT NULL REFERENCES "feedback_meeting"(id),
  "what" TEXT,
  "responsible" TEXT,
  "due_on" TEXT,
  "is_done" INTEGER,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX commitment_feedback_meeting_id ON "commitment"("feedback_meeting_id");
CREATE TABLE "competence_result"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "participant_id" TEXT NOT NULL REFERENCES "participant"(id),
  "guide" TEXT,
  "self_assessed_on" TEXT,
  "assessed_on" TEXT,
  "result" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX competence_result_participant_id ON "competence_result"("participant_id");
CREATE TABLE "report"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "period" TEXT,
  "template" TEXT,
  "language" TEXT,
  "revision" INTEGER,
  "content_sha256" TEXT,
  "pdf_sha256" TEXT,
  "is_redacted" INTEGER,
  "issued_at" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX report_enterprise_id ON "report"("enterprise_id");
CREATE INDEX report_visit_id ON "report"("visit_id");
CREATE TABLE "incident"(
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  "enterprise_id" TEXT NOT NULL REFERENCES "enterprise"(id),
  "visit_id" TEXT REFERENCES "visit"(id),
  "answer_id" TEXT REFERENCES "answer"(id),
  "kind" TEXT,
  "found_at" TEXT,
  "report_by" TEXT,
  "what" TEXT,
  "status" TEXT,
  "told_to" TEXT,
  "told_at" TEXT,
  binned_at TEXT,
  stub INTEGER NOT NULL DEFAULT 0,
  extra TEXT) STRICT;
CREATE INDEX incident_enterprise_id ON "incident"("enterprise_id");
CREATE INDEX incident_visit_id ON "incident"("visit_id");
CREATE INDEX incident_answer_id ON "incident"("answer_id");
CREATE TABLE edit_context(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  active INTEGER NOT NULL DEFAULT 0,
  grp INTEGER NOT NULL DEFAULT 0,
  undoes INTEGER,
  user_id TEXT,
  device_id TEXT,
  at_ms INTEGER) STRICT;
CREATE TABLE history(
  id INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  undoes INTEGER,
  user_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  old ANY,
  new ANY,
  UNIQUE(grp, tbl, row_id, field)) STRICT;
CREATE INDEX history_row ON history(tbl, row_id);
CREATE INDEX history_undoes ON history(undoes) WHERE undoes IS NOT NULL;
CREATE TABLE setting(
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT) STRICT;
CREATE TABLE search_row(
  id INTEGER PRIMARY KEY,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE(tbl, row_id)) STRICT;
CREATE VIRTUAL TABLE search_text USING fts5(
  body, content='search_row', content_rowid='id', tokenize='trigram remove_diacritics 1');
CREATE TABLE sync_state(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  device_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  install_nonce BLOB NOT NULL,
  next_mseq INTEGER NOT NULL DEFAULT 1,
  applying INTEGER NOT NULL DEFAULT 0,
  hlc_last INTEGER NOT NULL DEFAULT 0,
  clock_offset_ms INTEGER,
  server_floor_ms INTEGER NOT NULL DEFAULT 0,
  scopes_epoch INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sync_capture(
  cid INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('ins', 'upd', 'del', 'undel')),
  vals TEXT,
  at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE sync_session(
  grp INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  fseq TEXT NOT NULL,
  life_seq INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL,
  PRIMARY KEY(grp, tbl, row_id)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_base(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  vals TEXT NOT NULL,
  fseq TEXT NOT NULL,
  life_seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  row_seq INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_outbox(
  mseq INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  hlc INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  boot_id TEXT,
  mono_ms INTEGER,
  body BLOB NOT NULL,
  body_sha256 BLOB NOT NULL,
  acked_seq INTEGER,
  result TEXT) STRICT;
CREATE TABLE sync_overlay(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  mseq INTEGER NOT NULL,
  base_seq INTEGER NOT NULL,
  value TEXT,
  PRIMARY KEY(tbl, row_id, field, mseq)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_stage(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  body TEXT NOT NULL,
  row_seq INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID;
CREATE TABLE sync_scope(
  scope_id TEXT PRIMARY KEY,
  cursor INTEGER NOT NULL DEFAULT 0,
  stage_cursor INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK(state IN ('bootstrap', 'live', 'revoked')),
  checksum INTEGER) STRICT;
CREATE TABLE sync_conflict(
  id TEXT PRIMARY KEY,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  base_value TEXT,
  kept_value TEXT,
  other_value TEXT,
  kept_by TEXT,
  other_by TEXT,
  kept_at_ms INTEGER,
  other_at_ms INTEGER,
  clock_suspect INTEGER NOT NULL DEFAULT 0,
  opened_seq INTEGER NOT NULL,
  resolved_seq INTEGER,
  resolved_by TEXT) STRICT;
CREATE TABLE sync_rejected(
  mseq INTEGER PRIMARY KEY,
  body BLOB NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE blob(
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mime TEXT NOT NULL,
  lane INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('local', 'uploading', 'verified', 'remote', 'downloading', 'both')),
  upload_url TEXT,
  offset_acked INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_ms INTEGER) STRICT;
CREATE INDEX blob_queue ON blob(lane, next_try_ms) WHERE state IN ('local', 'uploading', 'remote', 'downloading');
INSERT INTO edit_context(id) VALUES(1);
