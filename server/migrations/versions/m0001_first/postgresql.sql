CREATE TABLE access_token (
  token_sha256 BYTEA NOT NULL,
  device_id TEXT COLLATE "C" NOT NULL,
  expires_ms BIGINT NOT NULL,
  PRIMARY KEY (token_sha256)
);

CREATE INDEX access_token_device ON access_token (device_id);

CREATE TABLE account (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  made_ms BIGINT NOT NULL,
  closed_ms BIGINT,
  PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX account_name ON account (tenant_id, name) WHERE closed_ms IS NULL;

CREATE TABLE annotation (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  photo_id TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  shape TEXT COLLATE "C",
  colour TEXT COLLATE "C",
  words TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX annotation_photo_id ON annotation (tenant_id, photo_id);

CREATE TABLE answer (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  assessment_id TEXT COLLATE "C",
  item TEXT COLLATE "C",
  repeat_id TEXT COLLATE "C",
  value TEXT COLLATE "C",
  finding TEXT COLLATE "C",
  not_assessed TEXT COLLATE "C",
  note TEXT COLLATE "C",
  evidence TEXT COLLATE "C",
  override_reason TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX answer_assessment_id ON answer (tenant_id, assessment_id);

CREATE TABLE area (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  position BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX area_enterprise_id ON area (tenant_id, enterprise_id);

CREATE TABLE assessment (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  checklist_id TEXT COLLATE "C",
  moment TEXT COLLATE "C",
  extent TEXT COLLATE "C",
  completed_at TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX assessment_visit_id ON assessment (tenant_id, visit_id);

CREATE TABLE attendance (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  participant_id TEXT COLLATE "C",
  was_present BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX attendance_participant_id ON attendance (tenant_id, participant_id);

CREATE INDEX attendance_session_id ON attendance (tenant_id, session_id);

CREATE TABLE blob (
  tenant_id TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  verified_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, sha256)
);

CREATE TABLE certification (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  user_id TEXT COLLATE "C",
  module_id TEXT COLLATE "C",
  level TEXT COLLATE "C",
  "on" TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE change_log (
  tenant_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  tbl TEXT COLLATE "C" NOT NULL,
  row_id TEXT COLLATE "C" NOT NULL,
  op TEXT COLLATE "C" NOT NULL,
  new_vals TEXT COLLATE "C" NOT NULL,
  old_vals TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  device TEXT COLLATE "C" NOT NULL,
  m BIGINT NOT NULL,
  hlc BIGINT NOT NULL,
  edited_ms BIGINT NOT NULL,
  received_ms BIGINT NOT NULL,
  prev_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, seq, ord)
);

CREATE INDEX change_log_row ON change_log (tenant_id, tbl, row_id, seq);

CREATE TABLE checklist (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  key TEXT COLLATE "C",
  title TEXT COLLATE "C",
  version TEXT COLLATE "C",
  definition_sha256 TEXT COLLATE "C",
  definition TEXT COLLATE "C",
  languages TEXT COLLATE "C",
  country TEXT COLLATE "C",
  module_id TEXT COLLATE "C",
  active_from TEXT COLLATE "C",
  is_retired BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE commitment (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  feedback_meeting_id TEXT COLLATE "C",
  what TEXT COLLATE "C",
  responsible TEXT COLLATE "C",
  due_on TEXT COLLATE "C",
  is_done BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX commitment_feedback_meeting_id ON commitment (tenant_id, feedback_meeting_id);

CREATE TABLE committee (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  name TEXT COLLATE "C",
  formed_on TEXT COLLATE "C",
  ended_on TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX committee_enterprise_id ON committee (tenant_id, enterprise_id);

CREATE TABLE committee_member (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  committee_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  position TEXT COLLATE "C",
  side TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  joined_on TEXT COLLATE "C",
  left_on TEXT COLLATE "C",
  is_chair BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX committee_member_committee_id ON committee_member (tenant_id, committee_id);

CREATE TABLE competence_result (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  participant_id TEXT COLLATE "C",
  guide TEXT COLLATE "C",
  self_assessed_on TEXT COLLATE "C",
  assessed_on TEXT COLLATE "C",
  result TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX competence_result_participant_id ON competence_result (tenant_id, participant_id);

CREATE TABLE conflict (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  tbl TEXT COLLATE "C" NOT NULL,
  row_id TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  base TEXT COLLATE "C" NOT NULL,
  kept TEXT COLLATE "C" NOT NULL,
  other TEXT COLLATE "C" NOT NULL,
  kept_by TEXT COLLATE "C" NOT NULL,
  other_by TEXT COLLATE "C" NOT NULL,
  other_hand TEXT COLLATE "C" NOT NULL,
  other_m BIGINT NOT NULL,
  kept_at BIGINT NOT NULL,
  other_at BIGINT NOT NULL,
  clock_suspect BIGINT NOT NULL,
  opened_seq BIGINT NOT NULL,
  resolved_seq BIGINT,
  resolved_by TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX conflict_row ON conflict (tenant_id, tbl, row_id);

CREATE TABLE contact (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  position TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  email TEXT COLLATE "C",
  is_main BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX contact_enterprise_id ON contact (tenant_id, enterprise_id);

CREATE TABLE country_programme (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  programme TEXT COLLATE "C",
  country TEXT COLLATE "C",
  name TEXT COLLATE "C",
  languages TEXT COLLATE "C",
  number_locale TEXT COLLATE "C",
  paper TEXT COLLATE "C",
  injury_basis TEXT COLLATE "C",
  minimum_age BIGINT,
  module_titles TEXT COLLATE "C",
  key TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE device (
  id TEXT COLLATE "C" NOT NULL,
  tenant_id TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  public_key TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  program TEXT COLLATE "C" NOT NULL,
  incarnation BIGINT NOT NULL,
  enrolled_ms BIGINT NOT NULL,
  revoked_ms BIGINT,
  PRIMARY KEY (id)
);

CREATE INDEX device_account ON device (tenant_id, account_id);

CREATE TABLE device_life (
  tenant_id TEXT COLLATE "C" NOT NULL,
  device_id TEXT COLLATE "C" NOT NULL,
  incarnation BIGINT NOT NULL,
  last_mseq BIGINT NOT NULL,
  acked_m BIGINT NOT NULL,
  acked_cursor BIGINT NOT NULL,
  began_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  lost_epoch TEXT COLLATE "C" NOT NULL,
  lost_seq BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation)
)
 WITH (fillfactor = 50);

CREATE TABLE effectiveness_curve (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  measurement_group_id TEXT COLLATE "C",
  indicator TEXT COLLATE "C",
  valid_from TEXT COLLATE "C",
  version BIGINT,
  anchors TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX effectiveness_curve_measurement_group_id ON effectiveness_curve (tenant_id, measurement_group_id);

CREATE TABLE enrol_code (
  code_sha256 BYTEA NOT NULL,
  tenant_id TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  expires_ms BIGINT NOT NULL,
  used_ms BIGINT,
  used_by TEXT COLLATE "C",
  PRIMARY KEY (code_sha256)
);

CREATE TABLE enterprise (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  country_programme_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  code TEXT COLLATE "C",
  legal_name TEXT COLLATE "C",
  address TEXT COLLATE "C",
  city TEXT COLLATE "C",
  region TEXT COLLATE "C",
  country TEXT COLLATE "C",
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  sector TEXT COLLATE "C",
  isic TEXT COLLATE "C",
  products TEXT COLLATE "C",
  founded BIGINT,
  ownership TEXT COLLATE "C",
  market TEXT COLLATE "C",
  phone TEXT COLLATE "C",
  email TEXT COLLATE "C",
  report_language TEXT COLLATE "C",
  status TEXT COLLATE "C",
  status_reason TEXT COLLATE "C",
  tier TEXT COLLATE "C",
  may_share BIGINT,
  joined_on TEXT COLLATE "C",
  advisor_id TEXT COLLATE "C",
  merged_into TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX enterprise_code ON enterprise (tenant_id, code);

CREATE INDEX enterprise_merged_into ON enterprise (tenant_id, merged_into);

CREATE TABLE enterprise_profile (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  "on" TEXT COLLATE "C",
  women_permanent BIGINT,
  men_permanent BIGINT,
  women_temporary BIGINT,
  men_temporary BIGINT,
  workers BIGINT,
  managers BIGINT,
  shifts BIGINT,
  turnover_band TEXT COLLATE "C",
  buyers TEXT COLLATE "C",
  has_union BIGINT,
  has_committee BIGINT,
  source TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX enterprise_profile_enterprise_id ON enterprise_profile (tenant_id, enterprise_id);

CREATE TABLE epoch (
  tenant_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  began_seq BIGINT NOT NULL,
  began_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, number)
);

CREATE TABLE feedback_meeting (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  measurement_group_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  "on" TEXT COLLATE "C",
  period TEXT COLLATE "C",
  women BIGINT,
  men BIGINT,
  discussed TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX feedback_meeting_measurement_group_id ON feedback_meeting (tenant_id, measurement_group_id);

CREATE INDEX feedback_meeting_visit_id ON feedback_meeting (tenant_id, visit_id);

CREATE TABLE improvement (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  area_id TEXT COLLATE "C",
  origin TEXT COLLATE "C",
  answer_id TEXT COLLATE "C",
  committee_id TEXT COLLATE "C",
  what TEXT COLLATE "C",
  root_cause TEXT COLLATE "C",
  category TEXT COLLATE "C",
  type TEXT COLLATE "C",
  priority TEXT COLLATE "C",
  responsible TEXT COLLATE "C",
  due_on TEXT COLLATE "C",
  cost BIGINT,
  cost_basis TEXT COLLATE "C",
  saving BIGINT,
  saving_basis TEXT COLLATE "C",
  currency TEXT COLLATE "C",
  status TEXT COLLATE "C",
  done_on TEXT COLLATE "C",
  verified_by TEXT COLLATE "C",
  verified_on TEXT COLLATE "C",
  compliance_point TEXT COLLATE "C",
  indicator TEXT COLLATE "C",
  public_response TEXT COLLATE "C",
  effect TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX improvement_answer_id ON improvement (tenant_id, answer_id);

CREATE INDEX improvement_area_id ON improvement (tenant_id, area_id);

CREATE INDEX improvement_committee_id ON improvement (tenant_id, committee_id);

CREATE INDEX improvement_enterprise_id ON improvement (tenant_id, enterprise_id);

CREATE INDEX improvement_visit_id ON improvement (tenant_id, visit_id);

CREATE TABLE improvement_event (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  improvement_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  at TEXT COLLATE "C",
  status TEXT COLLATE "C",
  words TEXT COLLATE "C",
  author_id TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX improvement_event_improvement_id ON improvement_event (tenant_id, improvement_id);

CREATE INDEX improvement_event_visit_id ON improvement_event (tenant_id, visit_id);

CREATE TABLE incident (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  answer_id TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  found_at TEXT COLLATE "C",
  report_by TEXT COLLATE "C",
  what TEXT COLLATE "C",
  status TEXT COLLATE "C",
  told_to TEXT COLLATE "C",
  told_at TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX incident_answer_id ON incident (tenant_id, answer_id);

CREATE INDEX incident_enterprise_id ON incident (tenant_id, enterprise_id);

CREATE INDEX incident_visit_id ON incident (tenant_id, visit_id);

CREATE TABLE indicator (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  key TEXT COLLATE "C",
  name TEXT COLLATE "C",
  formula TEXT COLLATE "C",
  unit TEXT COLLATE "C",
  better TEXT COLLATE "C",
  basis TEXT COLLATE "C",
  frequency TEXT COLLATE "C",
  modules TEXT COLLATE "C",
  digits BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE indicator_value (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  area_id TEXT COLLATE "C",
  indicator TEXT COLLATE "C",
  period TEXT COLLATE "C",
  role TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  status TEXT COLLATE "C",
  value DOUBLE PRECISION,
  numerator DOUBLE PRECISION,
  denominator DOUBLE PRECISION,
  currency TEXT COLLATE "C",
  source TEXT COLLATE "C",
  told_by TEXT COLLATE "C",
  basis TEXT COLLATE "C",
  note TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX indicator_value_area_id ON indicator_value (tenant_id, area_id);

CREATE INDEX indicator_value_enterprise_id ON indicator_value (tenant_id, enterprise_id);

CREATE INDEX indicator_value_visit_id ON indicator_value (tenant_id, visit_id);

CREATE TABLE legal_reference (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  key TEXT COLLATE "C",
  country TEXT COLLATE "C",
  item TEXT COLLATE "C",
  title TEXT COLLATE "C",
  text TEXT COLLATE "C",
  language TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE measurement_group (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  area_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  indicators TEXT COLLATE "C",
  started_on TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX measurement_group_area_id ON measurement_group (tenant_id, area_id);

CREATE INDEX measurement_group_enterprise_id ON measurement_group (tenant_id, enterprise_id);

CREATE TABLE module (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  key TEXT COLLATE "C",
  programme TEXT COLLATE "C",
  name TEXT COLLATE "C",
  number BIGINT,
  is_mandatory BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE mutation_quarantine (
  tenant_id TEXT COLLATE "C" NOT NULL,
  device_id TEXT COLLATE "C" NOT NULL,
  incarnation BIGINT NOT NULL,
  m BIGINT NOT NULL,
  body BYTEA NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  tbl TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation, m)
);

CREATE TABLE mutation_result (
  tenant_id TEXT COLLATE "C" NOT NULL,
  device_id TEXT COLLATE "C" NOT NULL,
  incarnation BIGINT NOT NULL,
  m BIGINT NOT NULL,
  body_sha256 BYTEA NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, device_id, incarnation, m)
);

CREATE TABLE participant (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  position TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  role TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX participant_enterprise_id ON participant (tenant_id, enterprise_id);

CREATE TABLE partner (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  country_programme_id TEXT COLLATE "C",
  name TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE photo (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  original_sha256 TEXT COLLATE "C",
  working_sha256 TEXT COLLATE "C",
  thumbnail_sha256 TEXT COLLATE "C",
  width BIGINT,
  height BIGINT,
  size BIGINT,
  taken_at TEXT COLLATE "C",
  file_name TEXT COLLATE "C",
  place TEXT COLLATE "C",
  caption TEXT COLLATE "C",
  is_upright BIGINT,
  consent TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX photo_original_sha256 ON photo (tenant_id, original_sha256);

CREATE INDEX photo_thumbnail_sha256 ON photo (tenant_id, thumbnail_sha256);

CREATE INDEX photo_working_sha256 ON photo (tenant_id, working_sha256);

CREATE TABLE photo_link (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  photo_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  answer_id TEXT COLLATE "C",
  improvement_id TEXT COLLATE "C",
  area_id TEXT COLLATE "C",
  position BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX photo_link_answer_id ON photo_link (tenant_id, answer_id);

CREATE INDEX photo_link_area_id ON photo_link (tenant_id, area_id);

CREATE INDEX photo_link_improvement_id ON photo_link (tenant_id, improvement_id);

CREATE INDEX photo_link_photo_id ON photo_link (tenant_id, photo_id);

CREATE INDEX photo_link_visit_id ON photo_link (tenant_id, visit_id);

CREATE TABLE photo_pair (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  improvement_id TEXT COLLATE "C",
  place TEXT COLLATE "C",
  before_photo_id TEXT COLLATE "C",
  after_photo_id TEXT COLLATE "C",
  status TEXT COLLATE "C",
  what_changed TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX photo_pair_after_photo_id ON photo_pair (tenant_id, after_photo_id);

CREATE INDEX photo_pair_before_photo_id ON photo_pair (tenant_id, before_photo_id);

CREATE INDEX photo_pair_enterprise_id ON photo_pair (tenant_id, enterprise_id);

CREATE INDEX photo_pair_improvement_id ON photo_pair (tenant_id, improvement_id);

CREATE TABLE report (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  period TEXT COLLATE "C",
  template TEXT COLLATE "C",
  language TEXT COLLATE "C",
  revision BIGINT,
  content_sha256 TEXT COLLATE "C",
  pdf_sha256 TEXT COLLATE "C",
  is_redacted BIGINT,
  issued_at TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX report_enterprise_id ON report (tenant_id, enterprise_id);

CREATE INDEX report_pdf_sha256 ON report (tenant_id, pdf_sha256);

CREATE INDEX report_visit_id ON report (tenant_id, visit_id);

CREATE TABLE review_comment (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  about TEXT COLLATE "C",
  comment TEXT COLLATE "C",
  author_id TEXT COLLATE "C",
  resolved_at TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX review_comment_visit_id ON review_comment (tenant_id, visit_id);

CREATE TABLE server_identity (
  one BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  made_ms BIGINT NOT NULL,
  PRIMARY KEY (one)
);

CREATE TABLE session (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  training_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  module_id TEXT COLLATE "C",
  "on" TEXT COLLATE "C",
  topic TEXT COLLATE "C",
  trainer_id TEXT COLLATE "C",
  minutes BIGINT,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX session_training_id ON session (tenant_id, training_id);

CREATE INDEX session_visit_id ON session (tenant_id, visit_id);

CREATE TABLE signature (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  side TEXT COLLATE "C",
  position TEXT COLLATE "C",
  strokes TEXT COLLATE "C",
  content_sha256 TEXT COLLATE "C",
  signed_at TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX signature_visit_id ON signature (tenant_id, visit_id);

CREATE TABLE snapshot (
  tenant_id TEXT COLLATE "C" NOT NULL,
  as_of BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  built_ms BIGINT NOT NULL,
  segments TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, as_of)
);

CREATE TABLE survey_response (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  training_id TEXT COLLATE "C",
  session_id TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  role TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  scores TEXT COLLATE "C",
  remark TEXT COLLATE "C",
  moment TEXT COLLATE "C",
  language TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX survey_response_enterprise_id ON survey_response (tenant_id, enterprise_id);

CREATE INDEX survey_response_session_id ON survey_response (tenant_id, session_id);

CREATE INDEX survey_response_training_id ON survey_response (tenant_id, training_id);

CREATE INDEX survey_response_visit_id ON survey_response (tenant_id, visit_id);

CREATE TABLE sync_head (
  tenant_id TEXT COLLATE "C" NOT NULL,
  last_seq BIGINT NOT NULL,
  sums BIGINT NOT NULL,
  last_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id)
)
 WITH (fillfactor = 10);

CREATE TABLE sync_row (
  tenant_id TEXT COLLATE "C" NOT NULL,
  tbl TEXT COLLATE "C" NOT NULL,
  row_id TEXT COLLATE "C" NOT NULL,
  scope_id TEXT COLLATE "C" NOT NULL,
  row_seq BIGINT NOT NULL,
  life_seq BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  fseq TEXT COLLATE "C" NOT NULL,
  fwho TEXT COLLATE "C" NOT NULL,
  plain_by TEXT COLLATE "C" NOT NULL,
  plain_after BIGINT NOT NULL,
  by_user TEXT COLLATE "C" NOT NULL,
  edited_ms BIGINT NOT NULL,
  digest BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, tbl, row_id)
);

CREATE INDEX sync_row_feed ON sync_row (tenant_id, row_seq);

CREATE INDEX sync_row_scope ON sync_row (tenant_id, scope_id, row_seq);

CREATE TABLE target (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  area_id TEXT COLLATE "C",
  indicator TEXT COLLATE "C",
  until TEXT COLLATE "C",
  value DOUBLE PRECISION,
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX target_area_id ON target (tenant_id, area_id);

CREATE INDEX target_enterprise_id ON target (tenant_id, enterprise_id);

CREATE TABLE tenant (
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  made_ms BIGINT NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE training (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  module_id TEXT COLLATE "C",
  country_programme_id TEXT COLLATE "C",
  partner_id TEXT COLLATE "C",
  trainer_id TEXT COLLATE "C",
  starts_on TEXT COLLATE "C",
  ends_on TEXT COLLATE "C",
  venue TEXT COLLATE "C",
  format TEXT COLLATE "C",
  price BIGINT,
  currency TEXT COLLATE "C",
  independence TEXT COLLATE "C",
  notes TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE training_enterprise (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  training_id TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX training_enterprise_enterprise_id ON training_enterprise (tenant_id, enterprise_id);

CREATE INDEX training_enterprise_training_id ON training_enterprise (tenant_id, training_id);

CREATE TABLE "user" (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  name TEXT COLLATE "C",
  role TEXT COLLATE "C",
  country_programme_id TEXT COLLATE "C",
  partner_id TEXT COLLATE "C",
  language TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE visit (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  enterprise_id TEXT COLLATE "C",
  kind TEXT COLLATE "C",
  number BIGINT,
  module_id TEXT COLLATE "C",
  training_id TEXT COLLATE "C",
  mode TEXT COLLATE "C",
  trainer_id TEXT COLLATE "C",
  second_trainer_id TEXT COLLATE "C",
  planned_on TEXT COLLATE "C",
  started_at TEXT COLLATE "C",
  finished_at TEXT COLLATE "C",
  status TEXT COLLATE "C",
  revision BIGINT,
  purpose TEXT COLLATE "C",
  summary TEXT COLLATE "C",
  advice TEXT COLLATE "C",
  good_practice TEXT COLLATE "C",
  next_steps TEXT COLLATE "C",
  next_visit_on TEXT COLLATE "C",
  cycle BIGINT,
  is_unannounced BIGINT,
  internal_notes TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX visit_enterprise_id ON visit (tenant_id, enterprise_id);

CREATE INDEX visit_training_id ON visit (tenant_id, training_id);

CREATE TABLE visit_person (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  created_at TEXT COLLATE "C",
  visit_id TEXT COLLATE "C",
  position TEXT COLLATE "C",
  role TEXT COLLATE "C",
  sex TEXT COLLATE "C",
  count BIGINT,
  met_in TEXT COLLATE "C",
  extra TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX visit_person_visit_id ON visit_person (tenant_id, visit_id);

