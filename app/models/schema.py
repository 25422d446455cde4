"""Tables and indexes as SQL: the synced ones from the registry, our own as text."""

from collections.abc import Iterator

from app.models.registry import TABLES, Field, Table

_COMMON_BEFORE = ("id TEXT NOT NULL PRIMARY KEY", "created_at TEXT NOT NULL")
_COMMON_AFTER = ("binned_at TEXT", "stub INTEGER NOT NULL DEFAULT 0", "extra TEXT")

# What the program keeps for itself; none of it is ever synced. Shapes: docs/decisions/0003-capture-and-history.md
OWN_TABLES = (
    """CREATE TABLE edit_context(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  active INTEGER NOT NULL DEFAULT 0,
  grp INTEGER NOT NULL DEFAULT 0,
  undoes INTEGER,
  user_id TEXT,
  device_id TEXT,
  at_ms INTEGER) STRICT""",
    """CREATE TABLE history(
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
  UNIQUE(grp, tbl, row_id, field)) STRICT""",
    "CREATE INDEX history_row ON history(tbl, row_id)",
    "CREATE INDEX history_undoes ON history(undoes) WHERE undoes IS NOT NULL",
    """CREATE TABLE setting(
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT) STRICT""",
    """CREATE TABLE search_row(
  id INTEGER PRIMARY KEY,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE(tbl, row_id)) STRICT""",
    """CREATE VIRTUAL TABLE search_text USING fts5(
  body, content='search_row', content_rowid='id', tokenize='trigram remove_diacritics 1')""",
    """CREATE TABLE sync_state(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  device_id TEXT NOT NULL,
  incarnation INTEGER NOT NULL,
  install_nonce BLOB NOT NULL,
  next_mseq INTEGER NOT NULL DEFAULT 1,
  applying INTEGER NOT NULL DEFAULT 0,
  hlc_last INTEGER NOT NULL DEFAULT 0,
  clock_offset_ms INTEGER,
  server_floor_ms INTEGER NOT NULL DEFAULT 0,
  scopes_epoch INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TABLE sync_capture(
  cid INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('ins', 'upd', 'del', 'undel')),
  vals TEXT,
  at_ms INTEGER NOT NULL) STRICT""",
    """CREATE TABLE sync_session(
  grp INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  fseq TEXT NOT NULL,
  life_seq INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL,
  PRIMARY KEY(grp, tbl, row_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sync_base(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  vals TEXT NOT NULL,
  fseq TEXT NOT NULL,
  life_seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  row_seq INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sync_outbox(
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
  result TEXT) STRICT""",
    """CREATE TABLE sync_overlay(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  field TEXT NOT NULL,
  mseq INTEGER NOT NULL,
  base_seq INTEGER NOT NULL,
  value TEXT,
  PRIMARY KEY(tbl, row_id, field, mseq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sync_stage(
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  body TEXT NOT NULL,
  row_seq INTEGER NOT NULL,
  PRIMARY KEY(tbl, row_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sync_scope(
  scope_id TEXT PRIMARY KEY,
  cursor INTEGER NOT NULL DEFAULT 0,
  stage_cursor INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK(state IN ('bootstrap', 'live', 'revoked')),
  checksum INTEGER) STRICT""",
    """CREATE TABLE sync_conflict(
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
  resolved_by TEXT) STRICT""",
    """CREATE TABLE sync_rejected(
  mseq INTEGER PRIMARY KEY,
  body BLOB NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT""",
    """CREATE TABLE blob(
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mime TEXT NOT NULL,
  lane INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('local', 'uploading', 'verified', 'remote', 'downloading', 'both')),
  upload_url TEXT,
  offset_acked INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  next_try_ms INTEGER) STRICT""",
    "CREATE INDEX blob_queue ON blob(lane, next_try_ms) WHERE state IN ('local', 'uploading', 'remote', 'downloading')",
    "INSERT INTO edit_context(id) VALUES(1)",
)


def statements() -> list[str]:
    """All tables and indexes of a fresh store, in an order in which they can be made. Triggers: app.models.triggers."""
    return [sql for table in TABLES for sql in (table_sql(table), *index_sql(table))] + list(OWN_TABLES)


def table_sql(table: Table) -> str:
    columns = (*_COMMON_BEFORE, *(_column(field) for field in table.fields), *_COMMON_AFTER)
    return f"CREATE TABLE {quoted(table.name)}(\n  " + ",\n  ".join(columns) + ") STRICT"


def index_sql(table: Table) -> Iterator[str]:
    """One index a link, so that children are found and foreign keys are checked without a scan."""
    for field in table.fields:
        if field.refers_to and field.refers_to not in _SMALL_TABLES:
            yield f"CREATE INDEX {table.name}_{field.name} ON {quoted(table.name)}({quoted(field.name)})"


def in_any_order(sql: str) -> str:
    """The statement with its columns in a fixed order: one that a migration added stands last in an old store."""
    start, end = sql.find("("), sql.rfind(")")
    if not sql.startswith("CREATE TABLE") or start < 0:
        return sql
    parts: list[str] = []
    depth = 0
    for piece in sql[start + 1 : end].split(","):
        inside = depth > 0
        depth += piece.count("(") - piece.count(")")
        if inside:
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return f"{sql[:start]}({', '.join(sorted(part.strip() for part in parts))}{sql[end:]}"


# Few rows, never removed: an index from the other side would cost every insert and help nobody.
_SMALL_TABLES = {"country_programme", "partner", "user", "module", "checklist"}


def quoted(name: str) -> str:
    """`name` as an SQL identifier; `user` is a reserved word elsewhere."""
    return f'"{name}"'


def _column(field: Field) -> str:
    parts = [quoted(field.name), field.sql_type]
    if field.parent:
        parts.append("NOT NULL")
    if field.refers_to:
        parts.append(f"REFERENCES {quoted(field.refers_to)}(id)")
    return " ".join(parts)
