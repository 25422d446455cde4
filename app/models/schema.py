"""Tables and indexes as SQL: the synced ones from the registry, our own as text."""

from collections.abc import Iterator

from app.models.registry import TABLES, Field, Table
from app.models.sync_tables import SYNC_TABLES

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
  at_ms INTEGER,
  seen INTEGER NOT NULL DEFAULT 0,
  boot_id TEXT,
  mono_ms INTEGER) STRICT""",
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
    *SYNC_TABLES,
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
