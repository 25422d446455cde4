"""Finding notes by a part of a word, against a scan of the same texts."""

from collections.abc import Iterator
from contextlib import closing

from app.models.database import open_reader
from app.models.driver import Database
from app.models.search import search
from benchmarks.notes import RARE_WORD
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import Stores

ROUNDS = 9
ANSWERS = 100_000
LIMIT = 50
_WORDS = {
    "a rare word": RARE_WORD,
    "a common word": "boxes",
    "three letters": "rkl",
    "three letters that are nowhere": "xqz",
    "two letters": "dB",
    "two letters that are nowhere": "qz",
    "two Chinese characters": "手套",
    "two Chinese characters that are nowhere": "锅炉",
}
_SCAN = f"SELECT row_id, body FROM search_row WHERE body LIKE '%' || ? || '%' ORDER BY id DESC LIMIT {LIMIT}"


def run(stores: Stores) -> Iterator[Comparison]:
    with closing(open_reader(stores.answered(ANSWERS).records, stores.key)) as db:
        texts = db.conn.execute("SELECT count(*) FROM search_row").fetchone()[0]
        for says, word in _WORDS.items():
            yield _compare(db, f"search: {says}, {texts:,} texts, newest {LIMIT}", word)


def _compare(db: Database, title: str, word: str) -> Comparison:
    def scan() -> list[str]:
        return [row[0] for row in db.conn.execute(_SCAN, (word,))]

    found = [one.row_id for one in search(db, word, limit=LIMIT)]
    if found != scan():
        raise RuntimeError(f"the two ways found other rows: {title}")
    ways = [
        Way("LIKE '%word%'", lambda: timed(scan)),
        Way("models.search.search", lambda: timed(lambda: search(db, word, limit=LIMIT))),
    ]
    return compare(f"{title}: {len(found)} found", ways, rounds=ROUNDS)
