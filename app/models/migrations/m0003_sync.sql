-- What sync needs beside the first shape. None of the tables that are made anew held anything before.
ALTER TABLE edit_context ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE edit_context ADD COLUMN boot_id TEXT;
ALTER TABLE edit_context ADD COLUMN mono_ms INTEGER;
ALTER TABLE sync_state ADD COLUMN cursor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN stage_cursor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN acked_m INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN server_id TEXT;
ALTER TABLE sync_state ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
ALTER TABLE sync_state ADD COLUMN tenant TEXT;
ALTER TABLE sync_state ADD COLUMN url TEXT;
ALTER TABLE sync_state ADD COLUMN private_key BLOB;
ALTER TABLE sync_state ADD COLUMN token TEXT;
ALTER TABLE sync_state ADD COLUMN clock_samples TEXT;
ALTER TABLE sync_state ADD COLUMN batch_bytes INTEGER;
ALTER TABLE sync_state ADD COLUMN last_contact_ms INTEGER;
ALTER TABLE sync_state ADD COLUMN last_trouble TEXT;
ALTER TABLE sync_state ADD COLUMN checked_ms INTEGER;
ALTER TABLE sync_state ADD COLUMN bytes_unsure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN set_backs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN set_back_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_state ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
DROP TABLE sync_session;
ALTER TABLE sync_capture RENAME TO sync_capture_before;
CREATE TABLE sync_capture(
  cid INTEGER PRIMARY KEY AUTOINCREMENT,
  grp INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('ins', 'upd', 'del', 'undel', 'close')),
  vals TEXT,
  at_ms INTEGER NOT NULL,
  user_id TEXT NOT NULL DEFAULT '',
  seen INTEGER NOT NULL DEFAULT 0,
  boot_id TEXT,
  mono_ms INTEGER) STRICT;
INSERT INTO sync_capture(cid, grp, tbl, row_id, kind, vals, at_ms, user_id)
  SELECT c.cid, c.grp, c.tbl, c.row_id, c.kind, c.vals, c.at_ms,
    coalesce((SELECT h.user_id FROM history h WHERE h.grp = c.grp LIMIT 1), '')
  FROM sync_capture_before c ORDER BY c.cid;
DROP TABLE sync_capture_before;
CREATE INDEX sync_capture_row ON sync_capture(tbl, row_id);
DROP TABLE sync_base;
CREATE TABLE sync_base(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  vals TEXT NOT NULL,
  fseq TEXT NOT NULL,
  life_seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  row_seq INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  confirmed_ms INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID;
DROP TABLE sync_outbox;
CREATE TABLE sync_outbox(
  mseq INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  body BLOB NOT NULL,
  body_sha256 BLOB NOT NULL,
  acked_seq INTEGER,
  acked_ms INTEGER,
  status TEXT) STRICT;
DROP TABLE sync_overlay;
CREATE TABLE sync_overlay(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  mseq INTEGER NOT NULL,
  base_seq INTEGER NOT NULL,
  value ANY,
  PRIMARY KEY(tbl, row_id, field, mseq)) STRICT, WITHOUT ROWID;
CREATE INDEX sync_overlay_mseq ON sync_overlay(mseq);
DROP TABLE sync_stage;
CREATE TABLE sync_stage(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  body TEXT NOT NULL,
  row_seq INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID;
DROP TABLE sync_scope;
CREATE TABLE sync_scope(
  scope_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK(state IN ('bootstrap', 'live', 'revoked')),
  segment TEXT,
  bytes_done INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sync_segment(
  sha256 TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  scopes TEXT NOT NULL,
  position INTEGER NOT NULL,
  size INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  bytes BLOB NOT NULL DEFAULT x'',
  state INTEGER NOT NULL DEFAULT 0) STRICT;
DROP TABLE sync_conflict;
CREATE TABLE sync_conflict(
  id TEXT PRIMARY KEY,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  base_value ANY,
  kept_value ANY,
  other_value ANY,
  kept_by TEXT,
  other_by TEXT,
  kept_at_ms INTEGER,
  other_at_ms INTEGER,
  clock_suspect INTEGER NOT NULL DEFAULT 0,
  opened_seq INTEGER NOT NULL,
  resolved_seq INTEGER,
  resolved_by TEXT,
  closing INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX sync_conflict_row ON sync_conflict(tbl, row_id);
DROP TABLE sync_rejected;
CREATE TABLE sync_rejected(
  id INTEGER PRIMARY KEY,
  incarnation INTEGER NOT NULL,
  mseq INTEGER NOT NULL,
  body BLOB NOT NULL,
  code TEXT NOT NULL,
  tbl TEXT NOT NULL,
  field TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  UNIQUE(incarnation, mseq)) STRICT;
DROP TABLE blob;
CREATE TABLE blob(
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  kind TEXT NOT NULL,
  lane INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('local', 'uploading', 'verified', 'remote', 'downloading', 'both')),
  upload_url TEXT,
  offset_acked INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_ms INTEGER,
  verified_ms INTEGER) STRICT;
CREATE INDEX blob_queue ON blob(lane, next_try_ms) WHERE state IN ('local', 'uploading', 'remote', 'downloading');
