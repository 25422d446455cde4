CREATE TABLE access_token (
  token_sha256 BLOB NOT NULL,
  device_id TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (token_sha256)
) STRICT;

CREATE INDEX access_token_device ON access_token (device_id);

CREATE TABLE account (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  closed_ms INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX account_name ON account (tenant_id, name) WHERE closed_ms IS NULL;

CREATE TABLE annotation (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  photo_id TEXT,
  kind TEXT,
  shape TEXT,
  colour TEXT,
  words TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX annotation_photo_id ON annotation (tenant_id, photo_id);

CREATE TABLE answer (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  assessment_id TEXT,
  item TEXT,
  repeat_id TEXT,
  value TEXT,
  finding TEXT,
  not_assessed TEXT,
  note TEXT,
  evidence TEXT,
  override_reason TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX answer_assessment_id ON answer (tenant_id, assessment_id);

CREATE TABLE area (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  name TEXT,
  kind TEXT,
  position INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX area_enterprise_id ON area (tenant_id, enterprise_id);

CREATE TABLE assessment (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  visit_id TEXT,
  checklist_id TEXT,
  moment TEXT,
  extent TEXT,
  completed_at TEXT,
  notes TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX assessment_visit_id ON assessment (tenant_id, visit_id);

CREATE TABLE attendance (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  session_id TEXT,
  participant_id TEXT,
  was_present INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX attendance_participant_id ON attendance (tenant_id, participant_id);

CREATE INDEX attendance_session_id ON attendance (tenant_id, session_id);

CREATE TABLE blob (
  tenant_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  state TEXT NOT NULL,
  verified_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sha256)
) STRICT;

CREATE TABLE certification (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  user_id TEXT,
  module_id TEXT,
  level TEXT,
  "on" TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE change_log (
  tenant_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  op TEXT NOT NULL,
  new_vals TEXT NOT NULL,
  old_vals TEXT NOT NULL,
  user_id TEXT NOT NULL,
  device TEXT NOT NULL,
  m INTEGER NOT NULL,
  hlc INTEGER NOT NULL,
  edited_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  prev_hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq, ord)
) STRICT;

CREATE INDEX change_log_row ON change_log (tenant_id, tbl, row_id, seq);

CREATE TABLE checklist (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  "key" TEXT,
  title TEXT,
  version TEXT,
  definition_sha256 TEXT,
  definition TEXT,
  languages TEXT,
  country TEXT,
  module_id TEXT,
  active_from TEXT,
  is_retired INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE commitment (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  feedback_meeting_id TEXT,
  what TEXT,
  responsible TEXT,
  due_on TEXT,
  is_done INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX commitment_feedback_meeting_id ON commitment (tenant_id, feedback_meeting_id);

CREATE TABLE committee (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  kind TEXT,
  name TEXT,
  formed_on TEXT,
  ended_on TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX committee_enterprise_id ON committee (tenant_id, enterprise_id);

CREATE TABLE committee_member (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  committee_id TEXT,
  name TEXT,
  position TEXT,
  side TEXT,
  sex TEXT,
  joined_on TEXT,
  left_on TEXT,
  is_chair INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX committee_member_committee_id ON committee_member (tenant_id, committee_id);

CREATE TABLE competence_result (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  participant_id TEXT,
  guide TEXT,
  self_assessed_on TEXT,
  assessed_on TEXT,
  result TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX competence_result_participant_id ON competence_result (tenant_id, participant_id);

CREATE TABLE "conflict" (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  base TEXT NOT NULL,
  kept TEXT NOT NULL,
  other TEXT NOT NULL,
  kept_by TEXT NOT NULL,
  other_by TEXT NOT NULL,
  other_hand TEXT NOT NULL,
  other_m INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  other_at INTEGER NOT NULL,
  clock_suspect INTEGER NOT NULL,
  opened_seq INTEGER NOT NULL,
  resolved_seq INTEGER,
  resolved_by TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX conflict_row ON "conflict" (tenant_id, tbl, row_id);

CREATE TABLE contact (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  name TEXT,
  position TEXT,
  sex TEXT,
  phone TEXT,
  email TEXT,
  is_main INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX contact_enterprise_id ON contact (tenant_id, enterprise_id);

CREATE TABLE country_programme (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  programme TEXT,
  country TEXT,
  name TEXT,
  languages TEXT,
  number_locale TEXT,
  paper TEXT,
  injury_basis TEXT,
  minimum_age INTEGER,
  module_titles TEXT,
  "key" TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE device (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  name TEXT NOT NULL,
  program TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  enrolled_ms INTEGER NOT NULL,
  revoked_ms INTEGER,
  PRIMARY KEY (id)
) STRICT;

CREATE INDEX device_account ON device (tenant_id, account_id);

CREATE TABLE device_life (
  tenant_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  last_mseq INTEGER NOT NULL,
  acked_m INTEGER NOT NULL,
  acked_cursor INTEGER NOT NULL,
  began_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  lost_epoch TEXT NOT NULL,
  lost_seq INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation)
) STRICT;

CREATE TABLE effectiveness_curve (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  measurement_group_id TEXT,
  indicator TEXT,
  valid_from TEXT,
  version INTEGER,
  anchors TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX effectiveness_curve_measurement_group_id ON effectiveness_curve (tenant_id, measurement_group_id);

CREATE TABLE enrol_code (
  code_sha256 BLOB NOT NULL,
  tenant_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  used_ms INTEGER,
  used_by TEXT,
  PRIMARY KEY (code_sha256)
) STRICT;

CREATE TABLE enterprise (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  country_programme_id TEXT,
  name TEXT,
  code TEXT,
  legal_name TEXT,
  address TEXT,
  city TEXT,
  region TEXT,
  country TEXT,
  latitude REAL,
  longitude REAL,
  sector TEXT,
  isic TEXT,
  products TEXT,
  founded INTEGER,
  ownership TEXT,
  market TEXT,
  phone TEXT,
  email TEXT,
  report_language TEXT,
  status TEXT,
  status_reason TEXT,
  tier TEXT,
  may_share INTEGER,
  joined_on TEXT,
  advisor_id TEXT,
  merged_into TEXT,
  notes TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX enterprise_code ON enterprise (tenant_id, code);

CREATE INDEX enterprise_merged_into ON enterprise (tenant_id, merged_into);

CREATE TABLE enterprise_profile (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  "on" TEXT,
  women_permanent INTEGER,
  men_permanent INTEGER,
  women_temporary INTEGER,
  men_temporary INTEGER,
  workers INTEGER,
  managers INTEGER,
  shifts INTEGER,
  turnover_band TEXT,
  buyers TEXT,
  has_union INTEGER,
  has_committee INTEGER,
  source TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX enterprise_profile_enterprise_id ON enterprise_profile (tenant_id, enterprise_id);

CREATE TABLE epoch (
  tenant_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  id TEXT NOT NULL,
  began_seq INTEGER NOT NULL,
  began_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, number)
) STRICT;

CREATE TABLE feedback_meeting (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  measurement_group_id TEXT,
  visit_id TEXT,
  "on" TEXT,
  period TEXT,
  women INTEGER,
  men INTEGER,
  discussed TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX feedback_meeting_measurement_group_id ON feedback_meeting (tenant_id, measurement_group_id);

CREATE INDEX feedback_meeting_visit_id ON feedback_meeting (tenant_id, visit_id);

CREATE TABLE improvement (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  visit_id TEXT,
  area_id TEXT,
  origin TEXT,
  answer_id TEXT,
  committee_id TEXT,
  what TEXT,
  root_cause TEXT,
  category TEXT,
  type TEXT,
  priority TEXT,
  responsible TEXT,
  due_on TEXT,
  cost INTEGER,
  cost_basis TEXT,
  saving INTEGER,
  saving_basis TEXT,
  currency TEXT,
  status TEXT,
  done_on TEXT,
  verified_by TEXT,
  verified_on TEXT,
  compliance_point TEXT,
  indicator TEXT,
  public_response TEXT,
  effect TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX improvement_answer_id ON improvement (tenant_id, answer_id);

CREATE INDEX improvement_area_id ON improvement (tenant_id, area_id);

CREATE INDEX improvement_committee_id ON improvement (tenant_id, committee_id);

CREATE INDEX improvement_enterprise_id ON improvement (tenant_id, enterprise_id);

CREATE INDEX improvement_visit_id ON improvement (tenant_id, visit_id);

CREATE TABLE improvement_event (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  improvement_id TEXT,
  visit_id TEXT,
  at TEXT,
  status TEXT,
  words TEXT,
  author_id TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX improvement_event_improvement_id ON improvement_event (tenant_id, improvement_id);

CREATE INDEX improvement_event_visit_id ON improvement_event (tenant_id, visit_id);

CREATE TABLE incident (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  visit_id TEXT,
  answer_id TEXT,
  kind TEXT,
  found_at TEXT,
  report_by TEXT,
  what TEXT,
  status TEXT,
  told_to TEXT,
  told_at TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX incident_answer_id ON incident (tenant_id, answer_id);

CREATE INDEX incident_enterprise_id ON incident (tenant_id, enterprise_id);

CREATE INDEX incident_visit_id ON incident (tenant_id, visit_id);

CREATE TABLE indicator (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  "key" TEXT,
  name TEXT,
  formula TEXT,
  unit TEXT,
  better TEXT,
  basis TEXT,
  frequency TEXT,
  modules TEXT,
  digits INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE indicator_value (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  area_id TEXT,
  indicator TEXT,
  period TEXT,
  role TEXT,
  visit_id TEXT,
  status TEXT,
  value REAL,
  numerator REAL,
  denominator REAL,
  currency TEXT,
  source TEXT,
  told_by TEXT,
  basis TEXT,
  note TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX indicator_value_area_id ON indicator_value (tenant_id, area_id);

CREATE INDEX indicator_value_enterprise_id ON indicator_value (tenant_id, enterprise_id);

CREATE INDEX indicator_value_visit_id ON indicator_value (tenant_id, visit_id);

CREATE TABLE legal_reference (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  "key" TEXT,
  country TEXT,
  item TEXT,
  title TEXT,
  text TEXT,
  language TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE measurement_group (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  area_id TEXT,
  name TEXT,
  indicators TEXT,
  started_on TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX measurement_group_area_id ON measurement_group (tenant_id, area_id);

CREATE INDEX measurement_group_enterprise_id ON measurement_group (tenant_id, enterprise_id);

CREATE TABLE module (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  "key" TEXT,
  programme TEXT,
  name TEXT,
  number INTEGER,
  is_mandatory INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE mutation_quarantine (
  tenant_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  m INTEGER NOT NULL,
  body BLOB NOT NULL,
  status TEXT NOT NULL,
  code TEXT NOT NULL,
  tbl TEXT NOT NULL,
  field TEXT NOT NULL,
  user_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation, m)
) STRICT;

CREATE TABLE mutation_result (
  tenant_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  m INTEGER NOT NULL,
  body_sha256 BLOB NOT NULL,
  status TEXT NOT NULL,
  seq INTEGER NOT NULL,
  detail TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation, m)
) STRICT;

CREATE TABLE participant (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  name TEXT,
  position TEXT,
  sex TEXT,
  role TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX participant_enterprise_id ON participant (tenant_id, enterprise_id);

CREATE TABLE partner (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  country_programme_id TEXT,
  name TEXT,
  kind TEXT,
  notes TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE photo (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  original_sha256 TEXT,
  working_sha256 TEXT,
  thumbnail_sha256 TEXT,
  width INTEGER,
  height INTEGER,
  size INTEGER,
  taken_at TEXT,
  file_name TEXT,
  place TEXT,
  caption TEXT,
  is_upright INTEGER,
  consent TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX photo_original_sha256 ON photo (tenant_id, original_sha256);

CREATE INDEX photo_thumbnail_sha256 ON photo (tenant_id, thumbnail_sha256);

CREATE INDEX photo_working_sha256 ON photo (tenant_id, working_sha256);

CREATE TABLE photo_link (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  photo_id TEXT,
  visit_id TEXT,
  answer_id TEXT,
  improvement_id TEXT,
  area_id TEXT,
  position INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX photo_link_answer_id ON photo_link (tenant_id, answer_id);

CREATE INDEX photo_link_area_id ON photo_link (tenant_id, area_id);

CREATE INDEX photo_link_improvement_id ON photo_link (tenant_id, improvement_id);

CREATE INDEX photo_link_photo_id ON photo_link (tenant_id, photo_id);

CREATE INDEX photo_link_visit_id ON photo_link (tenant_id, visit_id);

CREATE TABLE photo_pair (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  improvement_id TEXT,
  place TEXT,
  before_photo_id TEXT,
  after_photo_id TEXT,
  status TEXT,
  what_changed TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX photo_pair_after_photo_id ON photo_pair (tenant_id, after_photo_id);

CREATE INDEX photo_pair_before_photo_id ON photo_pair (tenant_id, before_photo_id);

CREATE INDEX photo_pair_enterprise_id ON photo_pair (tenant_id, enterprise_id);

CREATE INDEX photo_pair_improvement_id ON photo_pair (tenant_id, improvement_id);

CREATE TABLE report (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  visit_id TEXT,
  period TEXT,
  template TEXT,
  language TEXT,
  revision INTEGER,
  content_sha256 TEXT,
  pdf_sha256 TEXT,
  is_redacted INTEGER,
  issued_at TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX report_enterprise_id ON report (tenant_id, enterprise_id);

CREATE INDEX report_pdf_sha256 ON report (tenant_id, pdf_sha256);

CREATE INDEX report_visit_id ON report (tenant_id, visit_id);

CREATE TABLE review_comment (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  visit_id TEXT,
  about TEXT,
  comment TEXT,
  author_id TEXT,
  resolved_at TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX review_comment_visit_id ON review_comment (tenant_id, visit_id);

CREATE TABLE server_identity (
  one INTEGER NOT NULL,
  id TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  PRIMARY KEY (one)
) STRICT;

CREATE TABLE session (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  training_id TEXT,
  visit_id TEXT,
  module_id TEXT,
  "on" TEXT,
  topic TEXT,
  trainer_id TEXT,
  minutes INTEGER,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX session_training_id ON session (tenant_id, training_id);

CREATE INDEX session_visit_id ON session (tenant_id, visit_id);

CREATE TABLE signature (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  visit_id TEXT,
  side TEXT,
  position TEXT,
  strokes TEXT,
  content_sha256 TEXT,
  signed_at TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX signature_visit_id ON signature (tenant_id, visit_id);

CREATE TABLE snapshot (
  tenant_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  built_ms INTEGER NOT NULL,
  segments TEXT NOT NULL,
  PRIMARY KEY (tenant_id, as_of)
) STRICT;

CREATE TABLE survey_response (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  kind TEXT,
  training_id TEXT,
  session_id TEXT,
  enterprise_id TEXT,
  visit_id TEXT,
  role TEXT,
  sex TEXT,
  scores TEXT,
  remark TEXT,
  moment TEXT,
  language TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX survey_response_enterprise_id ON survey_response (tenant_id, enterprise_id);

CREATE INDEX survey_response_session_id ON survey_response (tenant_id, session_id);

CREATE INDEX survey_response_training_id ON survey_response (tenant_id, training_id);

CREATE INDEX survey_response_visit_id ON survey_response (tenant_id, visit_id);

CREATE TABLE sync_head (
  tenant_id TEXT NOT NULL,
  last_seq INTEGER NOT NULL,
  sums INTEGER NOT NULL,
  last_hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id)
) STRICT;

CREATE TABLE sync_row (
  tenant_id TEXT NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  row_seq INTEGER NOT NULL,
  life_seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  fseq TEXT NOT NULL,
  fwho TEXT NOT NULL,
  plain_by TEXT NOT NULL,
  plain_after INTEGER NOT NULL,
  by_user TEXT NOT NULL,
  edited_ms INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, tbl, row_id)
) STRICT;

CREATE INDEX sync_row_feed ON sync_row (tenant_id, row_seq);

CREATE INDEX sync_row_scope ON sync_row (tenant_id, scope_id, row_seq);

CREATE TABLE target (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  area_id TEXT,
  indicator TEXT,
  until TEXT,
  value REAL,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX target_area_id ON target (tenant_id, area_id);

CREATE INDEX target_enterprise_id ON target (tenant_id, enterprise_id);

CREATE TABLE tenant (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;

CREATE TABLE training (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  module_id TEXT,
  country_programme_id TEXT,
  partner_id TEXT,
  trainer_id TEXT,
  starts_on TEXT,
  ends_on TEXT,
  venue TEXT,
  format TEXT,
  price INTEGER,
  currency TEXT,
  independence TEXT,
  notes TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE training_enterprise (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  training_id TEXT,
  enterprise_id TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX training_enterprise_enterprise_id ON training_enterprise (tenant_id, enterprise_id);

CREATE INDEX training_enterprise_training_id ON training_enterprise (tenant_id, training_id);

CREATE TABLE user (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  name TEXT,
  role TEXT,
  country_programme_id TEXT,
  partner_id TEXT,
  language TEXT,
  sex TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE visit (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  enterprise_id TEXT,
  kind TEXT,
  number INTEGER,
  module_id TEXT,
  training_id TEXT,
  mode TEXT,
  trainer_id TEXT,
  second_trainer_id TEXT,
  planned_on TEXT,
  started_at TEXT,
  finished_at TEXT,
  status TEXT,
  revision INTEGER,
  purpose TEXT,
  summary TEXT,
  advice TEXT,
  good_practice TEXT,
  next_steps TEXT,
  next_visit_on TEXT,
  cycle INTEGER,
  is_unannounced INTEGER,
  internal_notes TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX visit_enterprise_id ON visit (tenant_id, enterprise_id);

CREATE INDEX visit_training_id ON visit (tenant_id, training_id);

CREATE TABLE visit_person (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at TEXT,
  visit_id TEXT,
  position TEXT,
  role TEXT,
  sex TEXT,
  count INTEGER,
  met_in TEXT,
  extra TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX visit_person_visit_id ON visit_person (tenant_id, visit_id);

