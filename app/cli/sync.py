"""`gemba enrol` and `gemba sync`: the exchange with the central server, and where things stand with it."""

import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from cyclopts import App, Parameter

from app.bootstrap import Store
from app.cli.exits import DONE, NOT_CLEAN, code_of
from app.cli.options import Options, person
from app.errors import DeviceRefused, NotEnrolled, SyncTrouble
from app.fieldwork.whereabouts import Whereabouts
from app.i18n import _, ngettext, window_language
from app.messages.differences import count_words, place_words, table_words, thing_words
from app.messages.standing import confirmed_words, standing_sentence
from app.messages.sync_troubles import clock_off_words, notice_words, refusal_words, sync_trouble_words
from app.messages.verified import verified_lines
from app.models.driver import Database
from app.models.ids import on_the_wall
from app.models.rows import get_row
from app.sync.limits import Limits
from app.sync.patience import pause_s
from app.sync.receipts import Arrival, Receipt, Receipts, count, visit_receipts
from app.sync.refused import Refused, export_refused, get_refused, give_up, list_refused, send_again
from app.sync.status import Standing, standing
from app.sync.transfer import Transferred
from app.sync.way import Exchanged, ServerWay

T = TypeVar("T")

program = App(name="sync", help="Exchange with the server; where things stand with it.")
rejected = App(name="rejected", help="Work that the server did not take: list, export, again, drop.")
program.command(rejected)
_DEFAULTS = Options()
_POLL_S = 30.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Stores:
    """The stores of a command, all on its one thread."""

    store: Store

    def records(self, work: Callable[[Database], T]) -> T:
        return work(self.store.records)

    def photos(self, work: Callable[[Database], T]) -> T:
        return work(self.store.photos)


def enrol(
    code: str,
    /,
    *,
    server: Annotated[str, Parameter(help="The server's address, such as https://gemba.example.org.")],
    options: Options = _DEFAULTS,
) -> None:
    """Connect this device to a server by a code of head office; what was recorded so far becomes the account's."""
    with options.writing(begin=True) as store:
        person(store)
        with closing(_way(store, options)) as way:
            by = way.enrol(_Stores(store), server, code)
        user = get_row(store.records, "user", by.user_id)
        found = standing(store.records)
    facts = {"server": found.url, "user": user["id"], "name": user["name"], "role": user["role"]}
    says = _("This device works with {server} now, for {name}.")
    options.answer(facts, [says.format(server=found.url, name=user["name"])])


@program.default
def sync(
    *,
    once: Annotated[bool, Parameter(negative="", help="One exchange; else it goes on until it is stopped.")] = False,
    thumbnails: Annotated[bool, Parameter(negative="", help="Of photos only the small ones go.")] = False,
    daily_mb: Annotated[float | None, Parameter(help="So many megabytes of photos a day, both ways.")] = None,
    options: Options = _DEFAULTS,
) -> int:
    """Exchange with the server. Exit code 19 when it did not take something, see `gemba sync rejected list`."""
    limits = Limits(None if daily_mb is None else int(daily_mb * _MEGABYTE), thumbnails)
    with options.writing() as store, closing(_way(store, options)) as way:
        run = _exchange if once else _go_on
        return run(store, partial(way.exchange, _Stores(store), limits=limits), options)


@program.command
def verify(*, options: Options = _DEFAULTS) -> int:
    """Compare everything with the server and mend what differs. Exit code 19 when something differed."""
    with options.writing() as store, closing(_way(store, options)) as way:
        done = way.verify(_Stores(store))
    facts = {
        "looked_at": done.rows.looked_at,
        "fetched": done.rows.fetched,
        "given_back": done.rows.given_back,
        "binned": done.rows.binned,
        "postponed": done.rows.postponed,
        "shown": done.shown,
        "photos": done.photos,
        "photos_queued": done.photos_queued,
        "photos_damaged": done.photos_damaged,
        "photos_fetched": done.photos_fetched,
        "lost": [{"table": one.table, "id": one.row_id} for one in done.lost],
    }
    options.answer(facts, verified_lines(done))
    return NOT_CLEAN if done.differed else DONE


@program.command
def status(visit: str | None = None, /, *, options: Options = _DEFAULTS) -> None:
    """What waits, when the server last confirmed, and why not; the receipts of a visit when one is named."""
    with options.reading() as store:
        found = standing(store.records)
        receipts = visit_receipts(store.records, visit) if visit else None
    facts = _facts(found) | ({"receipts": [_receipt(one) for one in receipts.all]} if receipts else {})
    options.answer(facts, _lines(found) + (_receipt_lines(receipts) if receipts else []))


@rejected.command(name="list")
def list_(*, options: Options = _DEFAULTS) -> None:
    """Everything that the server did not take, newest first, and why."""
    with options.reading() as store:
        found = list_refused(store.records)
    options.answer({"rejected": [_refused(one) for one in found]}, map(_refused_line, found))


@rejected.command
def export(number: int, out: Path, /, *, options: Options = _DEFAULTS) -> None:
    """Write one of them into a file, as JSON, with all that was to be sent."""
    with options.reading() as store:
        export_refused(store.records, number, out)
    options.answer({"file": out}, [_("Written: {path}").format(path=out)])


@rejected.command
def again(number: int, /, *, options: Options = _DEFAULTS) -> None:
    """Send one of them again, as new work; what was written since is not overwritten."""
    with options.writing() as store:
        rows = send_again(store.records, person(store), number)
    says = ngettext("{n} record waits to be sent again.", "{n} records wait to be sent again.", rows)
    options.answer({"records": rows}, [says.format(n=rows)])


@rejected.command
def drop(number: int, /, *, options: Options = _DEFAULTS) -> None:
    """Give one of them up: its records show again what the server has."""
    with options.writing() as store:
        rows = get_refused(store.records, number).rows
        give_up(store.records, person(store), number)
    says = ngettext("{n} record shows what the server has.", "{n} records show what the server has.", len(rows))
    options.answer({"records": len(rows)}, [says.format(n=len(rows))])


def _way(store: Store, options: Options) -> ServerWay:
    return ServerWay(store.folder, options.key, store.author.clock)


def _exchange(store: Store, exchange: Callable[[], Exchanged], options: Options) -> int:
    done = exchange()
    found = standing(store.records)
    options.answer(_outcome(done) | _facts(found), _outcome_lines(done, found))
    return NOT_CLEAN if found.rejected else DONE


def _go_on(store: Store, exchange: Callable[[], Exchanged], options: Options) -> int:
    """A line for every exchange that did something or did not work. Ends when somebody must do something first."""
    failures, told = 0, ""
    while True:
        pause = _POLL_S
        try:
            done = exchange()
        except (NotEnrolled, DeviceRefused):
            raise
        except SyncTrouble as trouble:
            failures += 1
            pause = pause_s(failures, trouble, random.random())
            says = sync_trouble_words(trouble)
            if says != told:
                _tell(options, {"error": type(trouble).__name__, "code": code_of(trouble), "says": says}, [says])
            told = says
        else:
            found = standing(store.records)
            if done.rows.settled or done.rows.rows or done.files.sent or done.files.received or told or failures:
                _tell(options, _outcome(done) | _facts(found), _outcome_lines(done, found))
            failures, told = 0, ""
        time.sleep(pause)


def _tell(options: Options, facts: dict[str, Any], lines: list[str]) -> None:
    """One line at once, also into a pipe."""
    text = json.dumps(facts, ensure_ascii=False, default=str) if options.json else "\n".join(lines)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _outcome(done: Exchanged) -> dict[str, Any]:
    rows = done.rows
    return {
        "rounds": rows.rounds,
        "settled": rows.settled,
        "received": rows.rows,
        "complete": rows.complete,
        "update": rows.update,
        "notices": done.notices,
        "files": asdict(done.files),
    }


def _outcome_lines(done: Exchanged, found: Standing) -> list[str]:
    number = window_language().number
    sent = ngettext("{n} change sent", "{n} changes sent", done.rows.settled).format(n=number(done.rows.settled))
    came = ngettext("{n} record received", "{n} records received", done.rows.rows).format(n=number(done.rows.rows))
    files = _file_lines(done.files)
    return [f"{sent}, {came}.", *files, *filter(None, map(notice_words, done.notices)), *_lines(found)]


def _file_lines(done: Transferred) -> list[str]:
    """Photos and reports; nothing where none went."""
    if not (done.sent or done.received):
        return []
    number = window_language().number
    sent = ngettext("{n} file sent", "{n} files sent", done.sent).format(n=number(done.sent))
    came = ngettext("{n} file received", "{n} files received", done.received).format(n=number(done.received))
    return [f"{sent}, {came}."]


def _facts(found: Standing) -> dict[str, Any]:
    trouble = found.trouble
    return {
        "enrolled": found.is_enrolled,
        "server": found.url,
        "says": standing_sentence(found, _when),
        "waiting": {
            "records": found.waits.total,
            "tables": dict(found.waits.records),
            "settled": found.waits.settled,
            "photos": found.waits.photos,
            "bytes": found.waits.file_bytes,
        },
        "confirmed_at": found.confirmed_at,
        "trouble": {"error": type(trouble).__name__, "says": sync_trouble_words(trouble)} if trouble else None,
        "paused": found.is_paused,
        "clock_off_ms": found.clock_off_ms,
        "rejected": found.rejected,
        "differences": found.differences,
    }


def _lines(found: Standing) -> list[str]:
    lines = [standing_sentence(found, _when)]
    if found.is_enrolled and (found.trouble or not found.waits.is_empty):
        lines.append(confirmed_words(found, _when))
    if found.trouble:
        lines.append(sync_trouble_words(found.trouble))
    if found.clock_off_ms is not None:
        lines.append(clock_off_words(found.clock_off_ms))
    if found.rejected:
        lines.append(_("The server did not take something: `gemba sync rejected list` shows what and why."))
    if found.differences:
        lines.append(_("{what}: `gemba conflicts list`.").format(what=count_words(found.differences)))
    return lines


def _receipt(one: Receipt) -> dict[str, Any]:
    return {"table": one.table, "id": one.row_id, "arrival": one.arrival, "at": one.at}


def _receipt_lines(receipts: Receipts) -> list[str]:
    lines = []
    for what, group in ((_("Records"), receipts.records), (_("Photos"), receipts.photos)):
        done = count(group, Arrival.CONFIRMED)
        lines.append(_("{what}: {n} of {all} confirmed by the server.").format(what=what, n=done, all=len(group)))
    return lines


def _refused(one: Refused) -> dict[str, Any]:
    return {
        "number": one.id,
        "code": one.code,
        "table": one.table,
        "field": one.field,
        "says": refusal_words(one.code, one.table, one.field),
        "refused_at": one.refused_at,
        "done_at": one.done_at,
        "records": [
            {"table": row.where.table, "id": row.where.row_id, "values": dict(row.values), "binned": row.binned}
            for row in one.rows
        ],
    }


def _refused_line(one: Refused) -> str:
    where = [_named(row.where) for row in one.rows[:1]]
    return "  ".join([str(one.id), *where, refusal_words(one.code, one.table, one.field)])


def _named(where: Whereabouts) -> str:
    return f"{place_words(where)}: {table_words(where.table)}, {thing_words(where)}"


def _when(at: datetime) -> str:
    return window_language().moment(on_the_wall(at))
