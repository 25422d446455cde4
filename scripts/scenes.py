"""What the window can show, each as one scene: pages, tabs, panels and dialogs. Pictures and tests walk them all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.checklists.xlsform import load
from app.fieldwork.agreement import improve_answer
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.forms import StoredForm, import_form, list_forms, retire
from app.fieldwork.plan import meet, open_visit, plan_visit, write_visit
from app.fieldwork.records import bin_record, new_record
from app.fieldwork.training import add_day, add_enterprise, create_training
from app.models.database import Author
from app.models.driver import Database
from app.models.visits import VisitKind
from app.ui.dialogs.as_it_was import open_as_it_was
from app.ui.dialogs.first_start import FirstStart
from app.ui.jobs import Jobs
from app.ui.main_window import MainWindow
from app.ui.widgets.side_panel import SidePanel

TABS = ("overview", "attendance", "checklists", "photos", "indicators", "improvements", "report")
PASTED = "Name\tCountry\tCity\nMinh Man Furniture\tVN\tHo Chi Minh City\nTextiles Andinos\tPE\tLima\n\tPE\tCusco\n"
# A form of head office, and the same with slips in it.
FORM = """
| survey |
| | type | name | label::English (en) | label::Spanish (es) | hint::English (en) | relevant | bind::gemba:nc_when | bind::gemba:critical | bind::gemba:zero_tolerance | bind::gemba:weight | our_note |
| | begin_group | doors | Doors and ways | Puertas y pasos | | | | | | | |
| | select_one yes_partly_no_na | doors_free | Can every exit be opened from inside without a key? | ¿Se puede abrir cada salida desde dentro sin llave? | Try three of them. | | no partly | yes | imminent_danger | 3 | |
| | integer | doors_count | How many exits are there? | ¿Cuántas salidas hay? | | | . < 2 | | | | x |
| | select_one yes_partly_no_na | doors_lit | Are the ways out lit? | ¿Están iluminadas las vías de salida? | | ${doors_free} != 'na' | no | | | | |
| | end_group | | | | | | | | | | |
| | begin_repeat | machine | Machines | Máquinas | | | | | | | |
| | text | machine_name | What is the machine called? | | | | | | | | |
| | select_one agree | machine_guarded | Is ${machine_name} guarded all round? | ¿Está ${machine_name} protegida por todos lados? | | | never hardly | | | | |
| | image | machine_photo | Take a picture of the guard. | Tome una foto de la protección. | | | | | | | |
| | text | machine_why | Why is it not? | ¿Por qué no? | | ${machine_guarded} = 'sometimes' | | | | 2 | |
| | end_repeat | | | | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::Spanish (es) | gemba_points |
| | yes_partly_no_na | yes | Yes | Sí | |
| | yes_partly_no_na | partly | Partly | En parte | 0.5 |
| | yes_partly_no_na | no | No | No | |
| | yes_partly_no_na | na | Not applicable | No aplica | |
| | agree | always | Always, and nobody takes the guard off | Siempre, y nadie quita la protección | |
| | agree | hardly | Hardly ever while it runs | Casi nunca mientras funciona | |
| | agree | never | Never | Nunca | |
| settings |
| | form_id | form_title | version | default_language | namespaces | gemba:module | gemba:title::Spanish (es) |
| | safe_workshop | Safe workshop | 3 | English (en) | gemba="urn:gemba:checklist" | osh | Taller seguro |
"""
FAULTY = FORM.replace("no partly | yes", "nope | yes").replace("'sometimes'", "").replace("| 3 | |", "| three | |")


_ASSESSED = """
SELECT v.enterprise_id FROM assessment a JOIN visit v ON v.id = a.visit_id
JOIN checklist c ON c.id = a.checklist_id WHERE a.extent = 'full' AND c.key LIKE 'compliance_points %'
GROUP BY v.enterprise_id ORDER BY count(*) DESC, v.enterprise_id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Filled:
    """Ids of what stands in the store that is walked: a finished visit, one under way, a training, an enterprise that
    Better Work assesses every year."""

    enterprise: str
    assessed: str
    finished: str
    under_way: str
    training: str


@dataclass(frozen=True, slots=True)
class Scene:
    """`show` brings the window there and returns what is looked at: the window, or a dialog over it."""

    name: str
    show: Callable[[MainWindow], QWidget]


def fill(db: Database, by: Author) -> Filled:
    """To the sample day: a visit under way with gaps, a training with people, something in the bin."""
    one = db.conn.execute("SELECT id, enterprise_id FROM visit WHERE status = 'finished' ORDER BY planned_on DESC")
    finished, enterprise = one.fetchone()
    today = by.clock.today()
    _forms(db, by)
    assessed = db.conn.execute(_ASSESSED).fetchone()[0]
    return Filled(
        enterprise, assessed, finished, _under_way(db, by, enterprise, today), _training(db, by, enterprise, today)
    )


def _forms(db: Database, by: Author) -> None:
    """Two versions of head office's form: one that is retired, one that waits for its day in Indonesia."""
    first, second = (load(FORM.replace("| Safe workshop | 3 |", f"| Safe workshop | {n} |")) for n in (1, 2))
    retire(db, by, import_form(db, by, first))
    import_form(db, by, second, country="ID", from_day=date(2027, 1, 1))


def _under_way(db: Database, by: Author, enterprise: str, today: date) -> str:
    visit = plan_visit(db, by, enterprise, kind=VisitKind.FOLLOW_UP, on=today, purpose="See the new racks")
    open_visit(db, by, visit)
    write_visit(db, by, visit, next_steps="Send the photos of the racks")
    meet(db, by, visit, "Production head", role="manager", sex="woman", count=1)
    assessment = begin_assessment(db, by, visit, newest_checklist_id(db, "osh"), moment="interim")
    items = [item.id for item in checklist_of(db, assessment).items if item.is_assessed]
    found = answer_item(db, by, assessment, items[0], "no", note="The policy hangs in the office only")
    for item in items[1:9]:
        answer_item(db, by, assessment, item, "yes")
    improve_answer(db, by, found, "Hang the policy in the hall", responsible="Production head")
    person = new_record(
        db, by, "visit_person", {"visit_id": visit, "position": "Guest", "sex": "man", "role": "manager"}
    )
    bin_record(db, by, "visit_person", person)
    return visit


def _training(db: Database, by: Author, enterprise: str, today: date) -> str:
    module = db.conn.execute("SELECT id FROM module ORDER BY name LIMIT 1").fetchone()[0]
    training = create_training(
        db, by, module, starts_on=today, ends_on=today + timedelta(days=1), venue="Hotel Santika"
    )
    add_enterprise(db, by, training, enterprise)
    for number, topic in enumerate(("Safety at the line", "Improvement teams")):
        add_day(db, by, training, topic, on=today + timedelta(days=number), minutes=240)
    return training


def pages(filled: Filled) -> list[Scene]:
    """Every page, and every tab of a finished visit and of one under way."""
    routes = {name: name for name in ("today", "enterprises", "visits", "improvements", "indicators", "reports")}
    routes |= {
        "checklists": "checklists",
        "exchange": "exchange",
        "settings": "settings",
        "bin": "bin",
        "training": "training/all",
    }
    routes |= {"training-one": f"training/{filled.training}", "enterprise": f"enterprise/{filled.enterprise}"}
    routes |= {f"visit/{tab}": f"visit/{filled.finished}/{tab}" for tab in TABS}
    routes |= {f"visit-open/{tab}": f"visit/{filled.under_way}/{tab}" for tab in TABS}
    shown = [_page(name, route) for name, route in routes.items()]
    return [*shown, *_compared(filled)]


def _compared(filled: Filled) -> list[Scene]:
    """A checklist over the visits, and rates over enterprises."""
    osh = f"enterprise/{filled.enterprise}/checklists/osh"
    points = f"enterprise/{filled.assessed}/checklists/compliance_points"
    return [
        _page("enterprise-checklists", osh),
        _on("enterprise-items", osh, lambda window: window.page().comparison.what.button("items").click()),
        _on("enterprise-points", points, lambda window: window.page().comparison.what.button("points").click()),
        _page("indicators-compliance", "indicators/compliance"),
        _on("indicators-panel", "indicators/compliance", _over_cycles),
    ]


def _over_cycles(window: MainWindow) -> None:
    window.page().compliance.population.button("balanced_panel").click()


def empty_pages() -> list[Scene]:
    names = ("today", "enterprises", "visits", "training", "improvements", "indicators", "reports")
    pages = [_page(name, name) for name in (*names, "exchange", "checklists", "settings", "bin")]
    return [*pages, _page("indicators-compliance", "indicators/compliance"), _first_start()]


def panels(filled: Filled) -> list[Scene]:
    """What opens over a page or beside the window."""
    enterprise, visit = f"enterprise/{filled.enterprise}", f"visit/{filled.under_way}/overview"
    return [
        _on("panel/plan-visit", "visits", lambda window: window.page()._plan()),
        _on("panel/add-enterprise", "enterprises", lambda window: window.page()._add()),
        _on("panel/import-list", "enterprises", _paste_list),
        _on("panel/checklist", "checklists", _look_at_osh),
        _on("panel/form-clean", "checklists", lambda window: _open_form(window, FORM)),
        _on("panel/form-faulty", "checklists", lambda window: _open_form(window, FAULTY)),
        _on("panel/count-people", enterprise, lambda window: window.page()._count()),
        _on("panel/add-contact", enterprise, lambda window: window.page()._add_contact()),
        _on("panel/new-training", "training/all", lambda window: window.page()._toggle_form()),
        _on("panel/paste-people", f"visit/{filled.under_way}/attendance", _paste_people),
        _on("panel/finish", visit, lambda window: window.page()._on_main()),
        _on("panel/palette", "today", _ask_palette),
        Scene("dialog/keys", _keys(f"visit/{filled.under_way}/checklists")),
        Scene("dialog/as-it-was", lambda window: open_as_it_was(window.desk, filled.finished, window)),
        _first_start(),
    ]


def settle(jobs: Jobs, *, turns: int = 12) -> None:
    """Let the jobs of a page end and their outcomes be shown."""
    for _turn in range(turns):
        jobs.db(lambda _db: None)
        jobs.photos(lambda _photos: None)
        until = time.monotonic() + 0.03
        while time.monotonic() < until:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)


def leave(window: MainWindow, shown: QWidget) -> None:
    """Take away what a scene put over the page, so that the next one begins plain."""
    window.palette_.hide()
    if shown is not window:
        shown.close()
        window.activateWindow()
    for panel in window.findChildren(SidePanel):
        panel.close_panel()
    first = window.findChild(FirstStart)
    if first:
        window.rail.show()
        window.stack.removeWidget(first)
        first.deleteLater()
    if (finish := getattr(window.page(), "finish", None)) and not finish.isHidden():
        window.page()._close_finish()


def _page(name: str, route: str) -> Scene:
    def show(window: MainWindow) -> QWidget:
        window.show_route(route)
        return window

    return Scene(name, show)


def _on(name: str, route: str, then: Callable[[MainWindow], object]) -> Scene:
    def show(window: MainWindow) -> QWidget:
        window.show_route(route)
        window.desk.jobs.db(lambda _db: None)
        QApplication.processEvents()
        then(window)
        return window

    return Scene(name, show)


def _paste_list(window: MainWindow) -> None:
    window.page()._import()
    window.page().importing.paste.setPlainText(PASTED)


def _look_at_osh(window: MainWindow) -> None:
    page = window.page()
    osh = next(form for form in list_forms_now(window) if form.checklist.id == "osh")
    page.panel.open_stored(osh)


def list_forms_now(window: MainWindow) -> list[StoredForm]:
    desk = window.desk
    return desk.jobs.db(lambda db: list_forms(db, desk.by.clock.today()))


def _open_form(window: MainWindow, text: str) -> None:
    path = window.desk.folder.root / "taller-seguro.md"
    path.write_text(text, encoding="utf-8")
    window.page().panel.open_path(path)


def _paste_people(window: MainWindow) -> None:
    window.page().tab("attendance")._open_paste()


def _ask_palette(window: MainWindow) -> None:
    window._open_palette()
    window.palette_.field.setText("lak")


def _keys(route: str) -> Callable[[MainWindow], QWidget]:
    def show(window: MainWindow) -> QWidget:
        window.show_route(route)
        window._show_keys()
        return window.findChildren(QDialog)[-1]

    return show


def _first_start() -> Scene:
    def show(window: MainWindow) -> QWidget:
        panel = FirstStart(window.desk)
        window.rail.hide()
        window.stack.addWidget(panel)
        window.stack.setCurrentWidget(panel)
        panel.setFocus()
        return window

    return Scene("first-start", show)
