"""Triggers made from the registry: capture for sync, history for undo, the search text.

They are code, not schema: every writer makes the store's triggers equal to these, so a program that knows a new
field captures it from its first start.
"""

from app.models.driver import Database
from app.models.registry import TABLES, Table
from app.models.schema import quoted

LIFE = "*"  # the field name under which a row's birth, binning and return are kept in history
ALIVE = "alive"
BINNED = "binned"

OUTSIDE_EDIT = "write outside edit"
NEVER_DELETED = "rows go to the bin"
ENGINE_COLUMN = "column of the sync engine"

_WHEN_PERSON = "(SELECT applying FROM sync_state) IS NOT 1"
_REFUSE_OUTSIDE = f"SELECT RAISE(ABORT, '{OUTSIDE_EDIT}') WHERE (SELECT active FROM edit_context) IS NOT 1;"
_HISTORY_COLUMNS = "history(grp, undoes, user_id, device_id, at_ms, tbl, row_id, field, old, new)"
_CAPTURE = "sync_capture(grp, tbl, row_id, kind, vals, at_ms, user_id, seen, boot_id, mono_ms)"
_MOMENT = "e.at_ms, coalesce(e.user_id, ''), e.seen, e.boot_id, e.mono_ms"
_CONTEXT = "e.grp, e.undoes, e.user_id, e.device_id, e.at_ms"
_SAME_EDIT = "ON CONFLICT(grp, tbl, row_id, field) DO UPDATE SET new = excluded.new, at_ms = excluded.at_ms"

# Letters that are no letter-with-mark to Unicode, so that no tokenizer folds them: both in the index and in a query.
FOLDED = (
    ("đ", "d"), ("Đ", "d"), ("ð", "d"), ("Ð", "d"), ("ø", "o"), ("Ø", "o"), ("ł", "l"), ("Ł", "l"),
    ("ħ", "h"), ("Ħ", "h"), ("\N{LATIN SMALL LETTER DOTLESS I}", "i"), ("ŧ", "t"), ("Ŧ", "t"), ("ß", "ss"),
    ("æ", "ae"), ("Æ", "ae"), ("œ", "oe"), ("Œ", "oe"),
)  # fmt: skip


def triggers() -> dict[str, str]:
    """Name to SQL of every trigger that a store must have, and of no other."""
    made: dict[str, str] = {}
    for table in TABLES:
        made |= _capture(table)
        if table.searched:
            made |= _search(table)
    return made | _SEARCH_INDEX


def install(db: Database) -> None:
    """Make the store's triggers exactly `triggers()`; nothing is written when they already are."""
    wanted = triggers()
    found = dict(db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    if found == wanted:
        return
    with db.atomic():
        for name in found.keys() - {name for name in wanted if found.get(name) == wanted[name]}:
            db.conn.execute(f"DROP TRIGGER {quoted(name)}")
        for name, sql in wanted.items():
            if found.get(name) != sql:
                db.conn.execute(sql)


def _capture(table: Table) -> dict[str, str]:
    name = table.name
    return {
        f"{name}_inserted": _trigger(f"{name}_inserted", f"AFTER INSERT ON {quoted(name)}", _inserted(table)),
        f"{name}_updated": _trigger(f"{name}_updated", f"AFTER UPDATE ON {quoted(name)}", _updated(table)),
        f"{name}_deleted": _trigger(
            f"{name}_deleted", f"BEFORE DELETE ON {quoted(name)}", f"SELECT RAISE(ABORT, '{NEVER_DELETED}');"
        ),
    }


def _trigger(name: str, event: str, body: str, when: str = _WHEN_PERSON) -> str:
    condition = f"\nWHEN {when}" if when else ""
    return f"CREATE TRIGGER {quoted(name)} {event}{condition}\nBEGIN\n{body}\nEND"


def _inserted(table: Table) -> str:
    values = ", ".join(f"'{column}', new.{quoted(column)}" for column in table.captured)
    return f"""{_REFUSE_OUTSIDE}
SELECT RAISE(ABORT, '{ENGINE_COLUMN}') WHERE new.binned_at IS NOT NULL OR new.stub <> 0 OR new.extra IS NOT NULL;
INSERT INTO {_CAPTURE}
  SELECT e.grp, '{table.name}', new.id, 'ins', json_patch('{{}}', json_object({values})), {_MOMENT} FROM edit_context e;
INSERT INTO {_HISTORY_COLUMNS}
  SELECT {_CONTEXT}, '{table.name}', new.id, '{LIFE}', NULL, '{ALIVE}' FROM edit_context e WHERE true
  {_SAME_EDIT};"""


def _updated(table: Table) -> str:
    changed = "\n    UNION ALL ".join(
        f"SELECT '{column}' AS f, old.{quoted(column)} AS o, new.{quoted(column)} AS n"
        f" WHERE new.{quoted(column)} IS NOT old.{quoted(column)}"
        for column in table.captured
    )
    life = f"CASE WHEN new.binned_at IS NULL THEN '{ALIVE}' ELSE '{BINNED}' END"
    was = f"CASE WHEN old.binned_at IS NULL THEN '{ALIVE}' ELSE '{BINNED}' END"
    turned = "(new.binned_at IS NULL) <> (old.binned_at IS NULL)"
    return f"""{_REFUSE_OUTSIDE}
SELECT RAISE(ABORT, '{ENGINE_COLUMN}')
  WHERE new.id IS NOT old.id OR new.stub IS NOT old.stub OR new.extra IS NOT old.extra;
INSERT INTO {_CAPTURE}
  SELECT e.grp, '{table.name}', new.id, 'upd', c.vals, {_MOMENT}
  FROM edit_context e, (SELECT json_group_object(f, n) AS vals, count(*) AS many FROM (
    {changed})) c WHERE c.many > 0;
INSERT INTO {_HISTORY_COLUMNS}
  SELECT {_CONTEXT}, '{table.name}', new.id, c.f, c.o, c.n FROM edit_context e, (
    {changed}) c WHERE true
  {_SAME_EDIT};
INSERT INTO {_CAPTURE}
  SELECT e.grp, '{table.name}', new.id, CASE WHEN new.binned_at IS NULL THEN 'undel' ELSE 'del' END, NULL, {_MOMENT}
  FROM edit_context e WHERE {turned};
INSERT INTO {_HISTORY_COLUMNS}
  SELECT {_CONTEXT}, '{table.name}', new.id, '{LIFE}', {was}, {life} FROM edit_context e WHERE {turned}
  {_SAME_EDIT};"""


def folded_sql(expression: str) -> str:
    for letter, plain in FOLDED:
        expression = f"replace({expression}, '{letter}', '{plain}')"
    return expression


def _search(table: Table) -> dict[str, str]:
    """Search text is kept for what arrives by sync too, so these triggers have no condition on who writes."""
    name = table.name
    body = folded_sql(" || ' ' || ".join(f"coalesce(new.{quoted(column)}, '')" for column in table.searched))
    forget = f"DELETE FROM search_row WHERE tbl = '{name}' AND row_id = new.id;"
    first = ", ".join(f"nullif(new.{quoted(column)}, '')" for column in table.searched)
    title = f"coalesce({first}, '')"
    add = f"""INSERT INTO search_row(tbl, row_id, title, body)
  SELECT '{name}', new.id, {title}, b.body
  FROM (SELECT trim({body}) AS body) b WHERE b.body <> '' AND new.binned_at IS NULL;"""
    columns = ", ".join(quoted(column) for column in (*table.searched, "binned_at"))
    found = "\n  OR ".join(f"new.{quoted(c)} IS NOT old.{quoted(c)}" for c in (*table.searched, "binned_at"))
    said = " OR ".join(f"new.{quoted(column)} <> ''" for column in table.searched)
    return {
        f"{name}_found": _trigger(f"{name}_found", f"AFTER INSERT ON {quoted(name)}", add, said),
        f"{name}_refound": _trigger(
            f"{name}_refound", f"AFTER UPDATE OF {columns} ON {quoted(name)}", f"{forget}\n{add}", found
        ),
    }


_SEARCH_INDEX = {
    "search_row_inserted": _trigger(
        "search_row_inserted",
        'AFTER INSERT ON "search_row"',
        "INSERT INTO search_text(rowid, body) VALUES(new.id, new.body);",
        "",
    ),
    "search_row_deleted": _trigger(
        "search_row_deleted",
        'AFTER DELETE ON "search_row"',
        "INSERT INTO search_text(search_text, rowid, body) VALUES('delete', old.id, old.body);",
        "",
    ),
}
