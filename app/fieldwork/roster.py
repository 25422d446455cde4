"""The people of an enterprise as a list: read for the attendance grid, and understood from what was pasted."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.fieldwork.attendance import Attendance, count_attendance, enrol, tick
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import Row, find_row, list_rows
from app.models.search import folded
from app.models.visits import get_visit

# Words that people write in such columns, folded, in the languages of the programmes; _ stands for a space.
_SEX_WORDS = {
    "woman": "woman women female f w mujer femenino fem mujeres perempuan wanita p nu kadin femme mulher 女 أنثى امرأة"
    " महिला নারী ស្រី",
    "man": "man men male m hombre masculino masc varon h laki-laki pria l nam erkek homme homem 男 ذكر رجل पुरुष পুরুষ ប្រុស",
    "other": "other otro otra x lainnya khac diger autre outro 其他",
    "not_said": "not_said unknown ? - no_lo_dijo no_dijo no_dicho no_dice no_indica no_indicado sin_dato"
    " nao_disse nao_informado non_precise tidak_menyebutkan tidak_disebutkan belirtilmedi khong_noi 未说明",
}
_ROLE_WORDS = {
    "manager": "manager management supervisor gerente jefe jefa jefatura directivo supervisora manajer penyelia quan_ly"
    " yonetici cadre chef 经理 管理 مدير مشرف",
    "worker": "worker operator operario operaria trabajador trabajadora obrero obrera pekerja buruh karyawan cong_nhan"
    " isci calisan ouvrier ouvriere travailleur trabalhador 工人 عامل عاملة श्रमिक শ্রমিক",
    "other": "other otro otra lainnya khac diger autre outro 其他",
}
_HEADINGS = {
    "name": "name nombre nama ten isim ad nom nome 姓名 الاسم participant participante peserta",
    "position": "position cargo puesto jabatan chuc_vu pozisyon gorev poste 职位 المنصب job",
    "sex": "sex gender sexo genero kelamin gioi_tinh cinsiyet sexe 性别 الجنس l/p h/m m/f f/m",
    "role": "role rol peran vai_tro rol fonction 角色 الدور level",
}
USUAL_ORDER = ("name", "position", "sex", "role")


class Trouble(StrEnum):
    """Why a pasted row, or a part of it, was not understood; the window has the words."""

    NO_SEX = "no-sex"
    UNKNOWN_SEX = "unknown-sex"
    UNKNOWN_ROLE = "unknown-role"
    NOBODY = "nobody"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Pasted:
    """One row as understood. `number` counts the pasted lines from 1; `trouble` None means it can be taken in."""

    number: int
    name: str
    position: str
    sex: str | None
    role: str | None
    trouble: Trouble | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The sessions of a visit, the enterprise's people, who was at the chosen session, and the counts of that."""

    enterprise_id: str
    sessions: list[Row]
    session_id: str
    people: list[Row]
    present: frozenset[str]
    counts: Attendance


NOBODY = Attendance(0, 0, 0, 0, 0, 0)


def read_roster(db: Database, visit_id: str, session_id: str = "") -> Roster:
    """`session_id` not of this visit, or empty, means the first. Raises NotFound without visit."""
    visit = get_visit(db, visit_id)
    sessions = sorted(list_rows(db, "session", visit_id=visit_id), key=lambda row: (row["on"] or "", row["id"]))
    ids = [row["id"] for row in sessions]
    chosen = session_id if session_id in ids else (ids[0] if ids else "")
    people = list_rows(db, "participant", enterprise_id=visit.enterprise_id)
    there = list_rows(db, "attendance", session_id=chosen, was_present=1) if chosen else iter(())
    return Roster(
        enterprise_id=visit.enterprise_id,
        sessions=sessions,
        session_id=chosen,
        people=list(people),
        present=frozenset(row["participant_id"] for row in there),
        counts=count_attendance(db, chosen) if chosen else NOBODY,
    )


def enrol_present(
    db: Database, by: Author, enterprise_id: str, people: Iterable[dict[str, object]], *, session_id: str
) -> list[str]:
    """Enrol people who are at a session: one edit however many. Returns their ids. Raises Invalid and NotAllowed."""
    with edit(db, by):
        ids = [enrol(db, by, enterprise_id, **who) for who in people]
        if session_id and ids and find_row(db, "session", session_id):
            tick(db, by, session_id, ids)
        return ids


def understand(text: str, known: Iterable[str] = ()) -> list[Pasted]:
    """People out of lines with tabs between their parts, as a spreadsheet copies them.

    With a heading line the columns may stand in any order; without one they are name, position, sex, role. `known`:
    names that are enrolled already, which are told and not taken in twice.
    """
    lines = [(n, line.split("\t")) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    order = _order(lines[0][1]) if lines else None
    if order:
        lines = lines[1:]
    columns = order or USUAL_ORDER
    is_hm = any(_plain(_cell(cells, columns, "sex")) == "h" for _n, cells in lines)
    seen = {_plain(name) for name in known if name}
    return [_pasted(number, cells, columns, seen, is_hm=is_hm) for number, cells in lines]


def _order(cells: Sequence[str]) -> tuple[str, ...] | None:
    """The columns by their headings; None when the line is no heading."""
    found = tuple(_meaning(cell, _HEADINGS) or "" for cell in cells)
    return found if "sex" in found or len([one for one in found if one]) > 1 else None


def _pasted(number: int, cells: Sequence[str], columns: Sequence[str], seen: set[str], *, is_hm: bool) -> Pasted:
    name, position, sex_word, role_word = (_cell(cells, columns, column) for column in USUAL_ORDER)
    # Where men are written H (hombre, homme, homem), M is a woman.
    sex = "woman" if is_hm and _plain(sex_word) == "m" else _meaning(sex_word, _SEX_WORDS)
    role = _meaning(role_word, _ROLE_WORDS)
    trouble, found = _trouble(name or position, (sex_word, sex), (role_word, role), _plain(name) in seen)
    if name:
        seen.add(_plain(name))
    return Pasted(number, name, position, sex, role, trouble, found or name)


def _trouble(
    who: str, sex: tuple[str, str | None], role: tuple[str, str | None], is_known: bool
) -> tuple[Trouble | None, str]:
    """The first trouble of a row and the word it is about."""
    if not who:
        return Trouble.NOBODY, ""
    if is_known:
        return Trouble.TWICE, who
    if sex[1] is None:
        return (Trouble.UNKNOWN_SEX, sex[0]) if sex[0] else (Trouble.NO_SEX, "")
    if role[0] and role[1] is None:
        return Trouble.UNKNOWN_ROLE, role[0]
    return None, ""


def _cell(cells: Sequence[str], columns: Sequence[str], column: str) -> str:
    place = columns.index(column) if column in columns else len(cells)
    return " ".join(cells[place].split()) if place < len(cells) else ""


def _plain(word: str) -> str:
    return folded(unicodedata.normalize("NFKC", word)).strip(" .:*")


def _meaning(word: str, table: dict[str, str]) -> str | None:
    """The code whose words hold `word`; codes stand for themselves."""
    asked = _plain(word).replace(" ", "_")
    if not asked:
        return None
    for code, words in table.items():
        if asked == code or asked in map(_plain, words.split()):
            return code
    return None
