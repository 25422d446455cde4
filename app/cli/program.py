"""The commands, as cyclopts reads them from the command line."""

from collections.abc import Sequence

from cyclopts import App, CycloptsError

from app import __version__
from app.cli.exits import DONE, USAGE
from app.cli.options import Options
from app.cli.telling import Teller
from app.cli.window import window
from app.i18n import _

_DEFAULTS = Options()

program = App(
    name="gemba",
    version=__version__,
    help="The field tool of SCORE, Better Work and SIMAPRO: visits, checklists, photos, figures, reports.",
    help_format="plaintext",
)
# Named, not imported: each command loads only what it needs, and the answer to `data set` does not wait for Excel.
for name, place, says in (
    ("demo", "app.cli.demo:demo", "Play the sample day without a window; leaves the report and the workbook."),
    ("report", "app.cli.outputs:report", "Make the report of a visit as a PDF."),
    ("export", "app.cli.outputs:export", "Make the workbook for head office."),
    ("rates", "app.cli.rates:rates", "Rates of what is not met, by compliance point."),
    ("data", "app.cli.data:program", "Read and write records by table and field."),
    ("checklist", "app.cli.checklist:program", "Head office's forms: examine, import, list, retire, export."),
    ("enrol", "app.cli.sync:enrol", "Connect this device to a server by a code."),
    ("sync", "app.cli.sync:program", "Exchange with the server; where things stand with it."),
    ("conflicts", "app.cli.conflicts:program", "Settle what two people wrote apart from each other."),
    ("backup", "app.cli.care:backup", "Copy the data; each copy is tried."),
    ("restore", "app.cli.care:restore", "Bring back a copy."),
    ("check", "app.cli.care:check", "Look the data over."),
    ("doctor", "app.cli.doctor:doctor", "Try everything the day needs on this laptop."),
):
    program.command(place, name=name, help=says)


@program.default
def show(*, options: Options = _DEFAULTS) -> int:
    """Open the window on the data folder."""
    return window(options.folder, options.key_file, Teller(as_json=options.json))


def run(tokens: Sequence[str], tell: Teller) -> int:
    """Do what `tokens` ask for; its exit code. What cannot be read is told. Raises whatever the command raises."""
    try:
        return program(tokens, exit_on_error=False, print_error=False, result_action="return_value") or DONE
    except CycloptsError as error:
        return tell("Usage", USAGE, str(error), _("`gemba --help` shows the commands and what they take."))
