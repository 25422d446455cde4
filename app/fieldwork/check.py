"""Looking a store over: do the files hold together, is the shape right, are all photos there."""

from dataclasses import dataclass, field

from app.models.database import path_of, translated
from app.models.driver import Database
from app.models.registry import TABLES
from app.models.schema import in_any_order, quoted, statements
from app.models.triggers import triggers
from app.photos.store import damaged, stored_hashes

_NAMED = """
SELECT original_sha256 FROM photo WHERE original_sha256 IS NOT NULL
UNION SELECT working_sha256 FROM photo WHERE working_sha256 IS NOT NULL
UNION SELECT thumbnail_sha256 FROM photo WHERE thumbnail_sha256 IS NOT NULL
UNION SELECT pdf_sha256 FROM report WHERE pdf_sha256 IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong, in the database's own words; `orphans` are bytes that nobody names: room lost, nothing else."""

    records: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    schema: list[str] = field(default_factory=list)
    dangling: list[str] = field(default_factory=list)
    missing_bytes: list[str] = field(default_factory=list)
    damaged_bytes: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        troubles = (self.records, self.photos, self.schema, self.dangling, self.missing_bytes, self.damaged_bytes)
        return not any(troubles)


def check_store(records: Database, photos: Database) -> Findings:
    """Reads everything; changes nothing."""
    with translated(path_of(records)):
        named = {row[0] for row in records.conn.execute(_NAMED)}
        dangling = [f"{row[0]} {row[2]}" for row in records.conn.execute("PRAGMA foreign_key_check")]
        records_said, shape = _said(records) + _unreadable(records), _differences(records)
    with translated(path_of(photos)):
        stored = stored_hashes(photos)
        return Findings(
            records=records_said,
            photos=_said(photos),
            schema=shape,
            dangling=dangling,
            missing_bytes=sorted(named - stored),
            damaged_bytes=list(damaged(photos)),
            orphans=sorted(stored - named),
        )


def _said(db: Database) -> list[str]:
    sealed = [row[0] for row in db.conn.execute("PRAGMA cipher_integrity_check")]
    return [line for (line,) in db.conn.execute("PRAGMA integrity_check") if line != "ok"] + sealed


def _unreadable(db: Database) -> list[str]:
    """Rows that hold bytes which are no text: SQLite keeps them, and every reader stumbles over them."""
    db.conn.text_factory = bytes
    try:
        return [
            f"{table.name} {row[0].decode(errors='replace')}"
            for table in TABLES
            for row in db.conn.execute(f"SELECT * FROM {quoted(table.name)}")
            if any(isinstance(value, bytes) and not _is_text(value) for value in row)
        ]
    finally:
        db.conn.text_factory = str


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _differences(db: Database) -> list[str]:
    """Names of tables, indexes and triggers that are missing, too many, or not as the registry says."""
    fresh = Database(memory=True)
    try:
        for statement in statements():
            fresh.conn.execute(statement)
        wanted = shape_of(fresh) | triggers()
    finally:
        fresh.close()
    found = shape_of(db)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def shape_of(db: Database) -> dict[str, str]:
    """Name to SQL of every table, index and trigger of ours; the order of columns means nothing."""
    rows = db.conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite_migrations%'"
    )
    return {name: in_any_order(sql) for name, sql in rows}
