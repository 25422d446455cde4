"""The pages of the window, by the first part of their route.

Named, not imported: the page of the day does not wait for what makes PDFs, workbooks and pictures.
"""

from pkgutil import resolve_name

from app.ui.page import Page

PAGES: dict[str, str] = {
    "today": "app.ui.pages.today:TodayPage",
    "enterprises": "app.ui.pages.enterprises:EnterprisesPage",
    "enterprise": "app.ui.pages.enterprise:EnterprisePage",
    "visits": "app.ui.pages.visits:VisitsPage",
    "visit": "app.ui.pages.visit:VisitPage",
    "bin": "app.ui.pages.bin:BinPage",
    "checklists": "app.ui.pages.checklists:ChecklistsPage",
    "exchange": "app.ui.pages.exchange:ExchangePage",
    "incidents": "app.ui.pages.incidents:IncidentsPage",
    "improvements": "app.ui.pages.improvements:ImprovementsPage",
    "indicators": "app.ui.pages.indicators:IndicatorsPage",
    "reports": "app.ui.pages.reports:ReportsPage",
    "settings": "app.ui.pages.settings:SettingsPage",
    "training": "app.ui.pages.training:TrainingPage",
}


def page_kind(name: str) -> type[Page]:
    """The class of a page, imported when it is first asked for."""
    kind: type[Page] = resolve_name(PAGES[name])
    return kind
