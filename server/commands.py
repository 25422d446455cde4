"""The commands of `gemba-server`, as cyclopts reads them from the command line."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
from cyclopts import App, Parameter

from app import __version__
from app.errors import NotFound, StoreMissing
from app.i18n import _, ngettext
from app.models.ids import Clock
from server import accounts, backups, checks, running, schema, words
from server.accounts import Account
from server.database import Database, open_database
from server.objects import store_at
from server.secret import make_secret
from server.segments import Segments
from server.settings import THIS_MACHINE, Settings

NOT_CLEAN = 19

program = App(
    name="gemba-server",
    version=__version__,
    help="The central server of Gemba: it takes what laptops recorded and gives them what others did.",
    help_format="plaintext",
)
user = App(name="user", help="People who work with this server: add, list.")
program.command(user)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Options:
    data: Annotated[Path, Parameter(help="The server's own folder.", env_var="GEMBA_SERVER_DATA")] = Path(
        "gemba-server"
    )
    database: Annotated[
        str,
        Parameter(
            help="URL such as postgresql+psycopg://user@host/name; else SQLite in the folder.",
            env_var="GEMBA_SERVER_DATABASE",
        ),
    ] = ""
    photos: Annotated[
        str,
        Parameter(help="Folder or s3://bucket/prefix; else a folder in the folder.", env_var="GEMBA_SERVER_PHOTOS"),
    ] = ""
    spool: Annotated[
        str,
        Parameter(
            help="Folder of uploads under way, shared by all machines; else in the folder.",
            env_var="GEMBA_SERVER_SPOOL",
        ),
    ] = ""
    json: Annotated[bool, Parameter(negative="", help="Answer as JSON.")] = False

    @property
    def settings(self) -> Settings:
        return Settings(self.data, self.database, self.photos, spool=self.spool)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Raises StoreMissing where `gemba-server init` was not done yet."""
        if not self.settings.secret_file.exists():
            raise StoreMissing(self.data)
        database = open_database(self.settings.database_url)
        try:
            schema.check_version(database)
            yield database
        finally:
            database.close()

    def answer(self, facts: object, lines: Iterable[str]) -> None:
        """`facts` as JSON when asked for, else `lines`."""
        text = json.dumps(facts, ensure_ascii=False, indent=2) if self.json else "\n".join(lines)
        if text:
            sys.stdout.write(text + "\n")


_DEFAULTS = Options()


def _now_ms() -> int:
    return int(Clock().now().timestamp() * 1000)


def tenant_of(database: Database) -> str:
    """The organisation of this server. Raises StoreMissing without one."""
    found = accounts.list_tenants(database)
    if not found:
        raise StoreMissing("tenant")
    return found[0][0]


@program.command
def init(
    *,
    name: Annotated[str, Parameter(help="The organisation's name.")] = "Gemba",
    options: Options = _DEFAULTS,
) -> None:
    """Make the folder, the database and the secret; again, bring the database up to date."""
    made = initialised(options.settings, name)
    says = _("The server is ready in {folder}.") if made else _("The server in {folder} is up to date.")
    options.answer({"folder": str(options.data), "made": made}, [says.format(folder=options.data)])


def initialised(settings: Settings, name: str) -> bool:
    """Whether there was none before."""
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.data.chmod(0o700)
    database = open_database(settings.database_url)
    try:
        schema.bring_up_to_date(database)
        make_secret(settings.secret_file)
        return accounts.create_first_tenant(database, name, _now_ms())
    finally:
        database.close()


@program.command
def run(
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on.")] = 8642,
    workers: Annotated[int | None, Parameter(help="Processes; else 1 on SQLite, 2 on PostgreSQL.")] = None,
    proxy: Annotated[
        str,
        Parameter(
            help="Addresses of the proxy in front, with commas between: who asks is whom it names in X-Forwarded-For.",
            env_var="GEMBA_SERVER_PROXY",
        ),
    ] = THIS_MACHINE,
    trial: Annotated[bool, Parameter(negative="", help="Begin where nothing is yet, and show a code.")] = False,
    options: Options = _DEFAULTS,
) -> int:
    """Serve until it is stopped. TLS is for a proxy in front of it."""
    settings = replace(options.settings, proxy=proxy)
    if trial:
        options.answer(*trial_begun(settings, f"http://{host}:{port}"))
        sys.stdout.flush()
    with options.opened() as database:
        schema.bring_up_to_date(database)
        processes = running.processes(workers, is_postgres=database.is_postgres)
    return running.serve(settings, host=host, port=port, processes=processes)


def trial_begun(settings: Settings, address: str) -> tuple[Mapping[str, object], list[str]]:
    """A server to try things with, somebody who may use it, and a code for a first laptop."""
    initialised(settings, _("Trial"))
    database = open_database(settings.database_url)
    try:
        tenant, now_ms = tenant_of(database), _now_ms()
        people = accounts.list_users(database, tenant)
        somebody = people[0] if people else accounts.add_user(database, tenant, _("Trainer"), "trainer", now_ms)
        code = accounts.new_code(database, somebody, now_ms)
    finally:
        database.close()
    says = _("For {name}, good for ten minutes: gemba enrol {code} --server {address}")
    return {"code": code, "server": address}, [says.format(name=somebody.name, code=code, address=address)]


@user.command(name="add")
def add_user(
    name: str,
    /,
    *,
    role: Annotated[str, Parameter(help="trainer, expert, me_officer, head_office or admin.")] = "trainer",
    options: Options = _DEFAULTS,
) -> None:
    """Let somebody work with this server."""
    with options.opened() as database:
        made = accounts.add_user(database, tenant_of(database), name, role, _now_ms())
    options.answer(_facts(made), [_("{name} may work with this server now.").format(name=made.name)])


@user.command(name="list")
def list_users(*, options: Options = _DEFAULTS) -> None:
    """Everybody who may work with this server."""
    with options.opened() as database:
        found = accounts.list_users(database, tenant_of(database))
    options.answer([_facts(one) for one in found], [f"{one.name}  {one.role}  {one.id}" for one in found])


def _facts(one: Account) -> dict[str, str]:
    return {"id": one.id, "name": one.name, "role": one.role}


@program.command
def enrol(name: str, /, *, options: Options = _DEFAULTS) -> None:
    """Show a code by which one laptop of somebody is let in, within ten minutes. NAME: a user's name or id."""
    with options.opened() as database:
        people = accounts.list_users(database, tenant_of(database))
        found = next((one for one in people if name in (one.name, one.id)), None)
        if found is None:
            raise NotFound("user", name)
        code = accounts.new_code(database, found, _now_ms())
    says = _("{code} (for {name}, good for ten minutes)")
    options.answer({"code": code, "user": _facts(found)}, [says.format(code=code, name=found.name)])


@program.command
def devices(*, options: Options = _DEFAULTS) -> None:
    """Laptops that were let in, and when they were last here."""
    with options.opened() as database:
        found = accounts.list_devices(database, tenant_of(database))
    options.answer([asdict(one) for one in found], [words.device(one) for one in found])


@program.command
def revoke(device: str, /, *, options: Options = _DEFAULTS) -> None:
    """Take the access of a laptop back, from its next request on."""
    with options.opened() as database:
        if not accounts.revoke(database, device, _now_ms()):
            raise NotFound("device", device)
    says = _("{device} has no access any more.")
    options.answer({"device": device}, [says.format(device=device)])


@program.command
def backup(target: Path, /, *, options: Options = _DEFAULTS) -> None:
    """Copy the database into TARGET, a file or a folder, while it is in use. Photos are files of their own: copy their
    folder as well."""
    with options.opened() as database:
        made = backups.back_up(database, target, _now_ms())
    says = ngettext("{count} row is in {path}.", "{count} rows are in {path}.", made.rows)
    options.answer({"path": str(made.path), "rows": made.rows}, [says.format(count=made.rows, path=made.path)])


@program.command
def restore(
    source: Path,
    /,
    *,
    replace: Annotated[bool, Parameter(negative="", help="Also where the database holds something.")] = False,
    options: Options = _DEFAULTS,
) -> None:
    """Bring a copy back. Laptops give back what it lacks; codes and sign-ins are made anew. What is replaced is copied
    into the server's folder first."""
    options.data.mkdir(parents=True, exist_ok=True)
    make_secret(options.settings.secret_file)
    database = open_database(options.settings.database_url)
    try:
        is_ours = database.read(schema.revision_of) is not None
        if is_ours:
            schema.bring_up_to_date(database)  # or neither what it holds nor its epochs could be read
        before = backups.back_up(database, options.data, _now_ms()) if is_ours and replace else None
        made = backups.restore(database, source, _now_ms(), replace=replace)
    finally:
        database.close()
    says = ngettext("{count} row was brought back.", "{count} rows were brought back.", made.rows)
    kept = [_("What was here before is in {path}.").format(path=before.path)] if before else []
    facts = {"rows": made.rows, "before": str(before.path) if before else None}
    options.answer(facts, [says.format(count=made.rows), *kept])


@program.command
def segments(*, options: Options = _DEFAULTS) -> None:
    """Pack all rows as they are now, for laptops that begin: to be done each night. Without it, the first laptop of a
    day waits until it is done."""
    with options.opened() as database:
        made = Segments(database, store_at(options.settings.segment_place)[0], _now_ms).build(tenant_of(database))
    size = sum(one.size for one in made.segments)
    says = ngettext("{count} row is packed into {size} kB.", "{count} rows are packed into {size} kB.", made.rows)
    facts = {"rows": made.rows, "segments": len(made.segments), "bytes": size}
    options.answer(facts, [says.format(count=made.rows, size=-(-size // 1000))])


@program.command
def check(*, options: Options = _DEFAULTS) -> int:
    """Look the database over. Exit code 19 when something is not as it must be."""
    with options.opened() as database:
        found = checks.looked_over(database)
        size = database.read(lambda connection: connection.execute(sa.text("SELECT count(*) FROM sync_row")).scalar())
    clean = ngettext("{count} row, all as it must be.", "{count} rows, all as they must be.", int(size or 0))
    lines = [words.finding(one) for one in found] or [clean.format(count=size)]
    options.answer([asdict(one) for one in found], lines)
    return NOT_CLEAN if found else 0


def read(tokens: Sequence[str]) -> int:
    """Do what `tokens` ask for. Raises what the command raises, and CycloptsError."""
    return program(tokens, exit_on_error=False, print_error=False, result_action="return_value") or 0
