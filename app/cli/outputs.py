"""`gemba report` and `gemba export`: the PDF of a visit, the workbook for head office."""

from pathlib import Path

from app.cli.options import Options, person, spoken
from app.i18n import _
from app.outputs import issue_report, write_workbook

_DEFAULTS = Options()


def report(visit: str, /, *, out: Path, language: str | None = None, options: Options = _DEFAULTS) -> None:
    """Make the report of a visit as a PDF, in the factory's language or in --language."""
    with options.writing() as store:
        made = issue_report(store, person(store), visit, out, language_tag=spoken(language))
    facts = {"file": out, "pages": made.page_count, "content_sha256": made.content_sha256}
    options.answer(facts, [_("Report with {n} pages: {path}").format(n=made.page_count, path=out)])


def export(*, out: Path, language: str = "en", options: Options = _DEFAULTS) -> None:
    """Make the workbook for head office."""
    with options.reading() as store:
        counts = write_workbook(store, out, language_tag=spoken(language) or "en")
    lines = [_("Workbook: {path}").format(path=out), *(f"  {sheet}: {n}" for sheet, n in counts.items())]
    options.answer({"file": out, "rows": counts}, lines)
