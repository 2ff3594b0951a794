"""Reading the audit log, taking it along, and checking its chain (R21). Nothing here can change an entry.

Reading is itself an entry. No number says how many entries fit: it would count what a person did (R15).
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kentongan.store.audit import AuditEntry, AuditFilter
from pipeline.tables.cells import Tally
from webui import sessions
from webui.audit.details import detail_text
from webui.audit.wording import ACTIONS, action_text
from webui.parts import the_parts
from webui.times import day_begins

blueprint = Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates")

ROWS = 50
CHARACTERS_SHOWN = 300  # of an entry's detail; the file has all of it
_COLUMNS = ("number", "at", "actor", "action", "subject", "detail", "previous", "hash")
_VERIFIED = "verify audit log"


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as the reader put it; `day` is of the region."""

    action: str
    actor: str
    day: date | None

    def filter(self) -> AuditFilter:
        since = day_begins(self.day) if self.day else None
        until = day_begins(self.day + timedelta(days=1)) if self.day else None
        return AuditFilter(self.action, self.actor, since, until)

    def arguments(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in (("action", self.action), ("actor", self.actor), ("day", str(self.day or "")))
            if value
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page shows it."""

    entry: AuditEntry
    action: str
    detail: str


@blueprint.get("/")
def overview() -> str:
    audit, asked, before = the_parts().store.audit, _asked(), _before()
    audit.add(sessions.current().name, "read audit log", wanted=asked.arguments(), before=before)
    entries, following = audit.page(asked.filter(), before=before, limit=ROWS)
    latest, _ = audit.page(AuditFilter(action=_VERIFIED), limit=1)
    number, seal = audit.newest_seal()
    return render_template(
        "audit/log.html",
        asked=asked,
        actions={name: action_text(name) for name in sorted({*ACTIONS, *audit.actions()}, key=action_text)},
        entries=[_shown(entry) for entry in entries],
        checked=latest[0] if latest else None,
        newest=number,
        seal=seal[:16],
        next_page=url_for("audit.overview", **asked.arguments(), before=following) if following else "",
        first_page=url_for("audit.overview", **asked.arguments()) if before else "",
        export=url_for("audit.export", **asked.arguments()),
    )


@blueprint.post("/periksa")
def verify() -> AnyResponse:
    """Look through the whole chain, and keep what came of it."""
    audit = the_parts().store.audit
    number, seal = audit.newest_seal()
    broken = audit.verify()
    audit.add(sessions.current().name, _VERIFIED, up_to=number, seal=seal, broken=broken)
    flash(gettext("The chain was checked; the result is below."), "notice")
    return redirect(url_for("audit.overview"), 303)


@blueprint.get("/export")
def export() -> Response:
    """Every entry that fits as CSV, newest first, with its seal: the chain can be checked elsewhere."""
    audit, asked = the_parts().store.audit, _asked()
    response = Response(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="audit-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.csv"'
    )
    if request.method == "GET":
        audit.add(sessions.current().name, "export audit log", wanted=asked.arguments())
        response.response = _csv(audit.walk(asked.filter()))
    return response


def _csv(entries: Iterator[AuditEntry]) -> Iterator[bytes]:
    tally = Tally()
    yield b"\xef\xbb\xbf" + _record(_COLUMNS)
    for entry in entries:
        detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
        texts = (entry.actor, entry.action, entry.subject, detail)
        safe = [tally.disarm(tally.clean(text)) for text in texts]
        yield _record([str(entry.number), entry.at.isoformat(), *safe, entry.previous, entry.hash])


def _record(values: tuple[str, ...] | list[str]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue().encode()


def _shown(entry: AuditEntry) -> Shown:
    said = detail_text(entry.detail)
    cut = f"{said[:CHARACTERS_SHOWN]}…" if len(said) > CHARACTERS_SHOWN else said
    return Shown(entry, action_text(entry.action), cut)


def _asked() -> Asked:
    raw = request.args.get("day", "")
    try:
        day = date.fromisoformat(raw) if raw else None
    except ValueError:
        abort(400, gettext("%(field)s: “%(raw)s” is not a date.", field=gettext("Day"), raw=raw[:40]))
    if day is not None and not 1970 <= day.year <= 9000:
        abort(400, gettext("%(field)s: “%(raw)s” is not a date.", field=gettext("Day"), raw=raw))
    return Asked(request.args.get("action", "")[:60], request.args.get("actor", "").strip()[:80], day)


def _before() -> int | None:
    raw = request.args.get("before", "")
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
        abort(400)
    return int(raw)
