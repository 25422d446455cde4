"""Finding rows by what is written in them: parts of words, any script, accents ignored."""

import unicodedata
from dataclasses import dataclass

from app.models.driver import Database
from app.models.incidents import SECRET_ANSWERS, SECRET_IMPROVEMENTS, SECRET_PAIRS, SECRET_PHOTOS
from app.models.triggers import FOLDED

# The accents of Latin, Greek and Cyrillic, as the index drops them; a vowel sign of another script is a letter.
_MARKS = {chr(code) for code in range(0x300, 0x370)}
# What zero tolerance has to do with is found by its own path alone.
_SECRET = {
    "answer": SECRET_ANSWERS,
    "photo": SECRET_PHOTOS,
    "improvement": SECRET_IMPROVEMENTS,
    "photo_pair": SECRET_PAIRS,
}
_SHORTEST_INDEXED = 3  # letters; the index is made of groups of three


@dataclass(frozen=True, slots=True)
class Found:
    """A row whose searched fields hold every word asked for; `title` is the first of them, as it was written."""

    table: str
    row_id: str
    title: str


def folded(text: str) -> str:
    """`text` as the index sees it: composed, no accents, no case."""
    if text.isascii():  # nearly every row, when short words make us read them all: six times faster
        return text.lower()
    for letter, plain in FOLDED:
        text = text.replace(letter, plain)
    bare = (c for c in unicodedata.normalize("NFD", text) if c not in _MARKS)
    return unicodedata.normalize("NFC", "".join(bare)).casefold()


def search(db: Database, text: str, *, table: str | None = None, limit: int = 50) -> list[Found]:
    """Rows that hold every word of `text`, each as any part of a word; newest first, at most `limit`."""
    words = [folded(word) for word in text.split()]
    if not words:
        return []
    long = [word for word in words if len(word) >= _SHORTEST_INDEXED]
    short = [word for word in words if len(word) < _SHORTEST_INDEXED]
    if short:
        # Two letters are a word in Chinese; no index has them, so the rows themselves are read.
        db.conn.create_function("folded", 1, folded, deterministic=True)
    conditions = ["(? IS NULL OR r.tbl = ?)", *("instr(folded(r.body), ?) > 0" for _ in short)]
    parameters: list[object] = [table, table, *short]
    if long:
        conditions.insert(0, "r.id IN (SELECT rowid FROM search_text(?))")
        parameters.insert(0, " AND ".join(f'"{word.replace(chr(34), chr(34) * 2)}"' for word in long))
    conditions += [f"NOT (r.tbl = '{name}' AND r.row_id IN ({secret}))" for name, secret in _SECRET.items()]
    rows = db.conn.execute(
        f"SELECT r.tbl, r.row_id, r.title FROM search_row r WHERE {' AND '.join(conditions)}"
        " ORDER BY r.id DESC LIMIT ?",
        [*parameters, limit],
    )
    return [Found(*row) for row in rows]
