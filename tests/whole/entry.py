"""A trainer's entry as a process that can be killed: it says on standard output what it has committed, line by line.

`python -m tests.whole.entry FOLDER` waits for lines on standard input; each makes it fork a child that opens the store
and enters until it is killed. Imports are paid for once.
"""

import io
import itertools
import json
import os
import sys
from pathlib import Path

from PIL import Image

from app.bootstrap import Store, writing
from app.fieldwork.agreement import agree
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.identity import ensure_user
from app.fieldwork.measure import take_figure
from app.fieldwork.pictures import NewPhoto, photo_in
from app.fieldwork.plan import open_visit, plan_visit, register_enterprise, write_visit
from app.models.visits import VisitKind
from app.paths import DataFolder


def say(table: str, row_id: str, **fields: object) -> None:
    """Only called after the commit: what is said here must survive."""
    os.write(1, json.dumps({"table": table, "id": row_id, "fields": fields}).encode() + b"\n")


def enter(store: Store, turn: str) -> None:
    db = store.records
    by = ensure_user(db, store.author.clock, name="Trainer", role="trainer")
    enterprise_id = register_enterprise(db, by, f"Enterprise {turn}", country="ID")
    say("enterprise", enterprise_id, name=f"Enterprise {turn}")
    visit_id = plan_visit(db, by, enterprise_id, kind=VisitKind.INTAKE, on=by.clock.today())
    open_visit(db, by, visit_id)
    say("visit", visit_id, enterprise_id=enterprise_id)
    assessment_id = begin_assessment(db, by, visit_id, newest_checklist_id(db, "osh"), moment="baseline")
    say("assessment", assessment_id, visit_id=visit_id)
    items = [item.id for item in checklist_of(db, assessment_id).items if item.is_assessed]
    for number in itertools.count():
        item, value = items[number % len(items)], ("yes", "no", "na")[number % 3]
        answer_id = answer_item(db, by, assessment_id, item, value, note=f"{value} {number}")
        say("answer", answer_id, note=f"{value} {number}")
        if number % 7 == 3:
            write_visit(db, by, visit_id, summary=f"Typed {number}")
            say("visit", visit_id, summary=f"Typed {number}")
        if number % 11 == 5:
            photo_id = photo_in(db, store.photos, by, visit_id, NewPhoto(_picture(number), "p.jpg"))
            say("photo", photo_id, file_name="p.jpg")
        if number % 13 == 7:
            value_id = take_figure(db, by, visit_id, "defect", f"20{number % 90 + 10}-01", value=number)
            say("indicator_value", value_id, value=float(number))
        if number % 5 == 2:
            improvement_id = agree(db, by, visit_id, f"Improve {number}", responsible="Head")
            say("improvement", improvement_id, what=f"Improve {number}")


def _picture(number: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, 80, 120)).save(data, "JPEG")
    return data.getvalue()


def main(folder: DataFolder) -> None:
    for turn in sys.stdin:
        child = os.fork()
        if child == 0:
            with writing(folder) as store:
                enter(store, turn.strip())
        os.write(2, f"{child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b'"dead"\n')


if __name__ == "__main__":
    main(DataFolder(Path(sys.argv[1])))
