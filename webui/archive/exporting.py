"""Everything a search finds, to take along. Written down before the first byte and after the last (R21).

Owns: who may have one when, and what a browser receives. Leaves the file to `pipeline.tables`.
CSV and JSON lines are sent as they are made, so the index may fail half-way: then the last line says
so and the connection is broken off, and a browser shows a failed download rather than a whole file.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter

from kentongan.domain import User, UserId
from kentongan.errors import StoreError
from kentongan.gazetteer import read_gazetteer
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.database import now
from pipeline.tables import Addresses, Form, Notice, Tally, Walk, write_table
from search.index import Sort
from webui import sessions
from webui.archive.asking import Asked, read_asked
from webui.archive.views import blueprint
from webui.errors import Page
from webui.links import without_phones
from webui.parts import the_parts

EXPORTS_PER_USER = "20 per 10 minutes"  # each may go through the whole archive
AT_ONCE = 3  # of the server's eight threads: the queue stays answered while exports run
_ROUTE = "archive.export"

_log = structlog.get_logger("webui")


class Slots:
    """Who has an export under way in this process: one a user, `AT_ONCE` in all."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[UserId, object] = {}

    def take(self, user: UserId) -> Callable[[], None] | None:
        """Return what gives the slot back, once however often it is called; None when none is free."""
        token = object()
        with self._lock:
            if user in self._held or len(self._held) >= AT_ONCE:
                return None
            self._held[user] = token

        def give_back() -> None:
            with self._lock:
                if self._held.get(user) is token:
                    del self._held[user]

        return give_back


def slow_down_exporting(app: Flask) -> None:
    """Count exports per user, beyond the limit answer 429, and let only so many run at once."""
    app.extensions[_ROUTE] = Slots()
    limiter = Limiter(lambda: str(sessions.current().id), app=app, storage_uri="memory://")
    view: Callable[..., Any] = limiter.limit(EXPORTS_PER_USER)(app.view_functions[_ROUTE])
    app.view_functions[_ROUTE] = view


@blueprint.get("/export")
def export() -> Response | tuple[str, int]:
    """The file. 503 with a page when search is down: nothing is sent before its first rows are there."""
    form, asked, user = _form(), _asked(), sessions.current()
    if request.method == "HEAD":
        return Response(content_type=form.mimetype)
    give_back = _slots().take(user.id)
    if give_back is None:
        return _busy()
    try:
        sending = _Sending(form, asked, user, give_back)
    except BaseException:
        give_back()
        raise
    response = Response(sending.chunks(), content_type=form.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{sending.file_name}"'
    response.call_on_close(sending.end)  # for a browser that left before the first piece
    return response


class _Sending:
    """One export on its way: begun when made, ended once however the connection ends."""

    def __init__(self, form: Form, asked: Asked, user: User, give_back: Callable[[], None]) -> None:
        """Write down the export and make its first piece. Raises what goes wrong until then."""
        parts = the_parts()
        self._store: Store = parts.store
        self._user, self._give_back = user, give_back
        self._whole = self._ended = False
        self._walk = Walk(
            parts.store,
            parts.index,
            asked.query(parts.region.time_zone.key),  # words and filters; meaning knows no end of rows
            places=read_gazetteer(parts.region.name).places,
            addresses=Addresses(without_phones, _link(url_for("home.index", _external=True))),
        )
        self._notice = Notice(
            id=new_id(),
            by=user.name,
            at=now(),
            region=parts.region.title,
            zone=parts.region.time_zone,
            understood=self._walk.understood,
            filters=_in_words(asked),
        )
        self._tally = Tally()
        self.file_name = f"kentongan-{parts.region.name}-{self._notice.id}.{form.value}"
        self._store.audit.add(
            user.name,
            "export",
            asked.text,
            export=str(self._notice.id),
            format=form.value,
            filters=asked.filters,
            kind=asked.kind,
            claim=asked.claim,
            since=str(asked.since or ""),
            until=str(asked.until or ""),
            sort=asked.sort.value,
            total=self._walk.total,
        )
        self._pieces = write_table(form, self._walk, self._notice, self._tally)
        try:
            self._first = next(self._pieces, b"")
        except BaseException:
            self.end()
            raise

    def chunks(self) -> Iterator[bytes]:
        try:
            yield self._first
            yield from self._pieces
            self._whole = True
        except Exception as exc:
            _log.error("export broken off", export=str(self._notice.id), error=str(exc))
            raise  # the server breaks the connection off
        finally:
            self.end()

    def end(self) -> None:
        """Write down how it ended, whole or not, and let the user export again. Idempotent."""
        if self._ended:
            return
        self._ended = True
        self._give_back()
        try:
            self._store.audit.add(
                self._user.name,
                "export ended",
                str(self._notice.id),
                rows=self._tally.rows,
                skipped=self._walk.skipped,
                whole=self._whole,
            )
        except StoreError as exc:
            _log.error("end of an export not written down", export=str(self._notice.id), error=str(exc))


def _form() -> Form:
    try:
        return Form(request.args.get("format", ""))
    except ValueError:
        abort(400, gettext("Format: one of %(formats)s.", formats=", ".join(Form)))


def _asked() -> Asked:
    """Return what is searched for, from its first row; newest first unless an order is asked for."""
    asked = read_asked(request.args)
    return replace(asked, cursor="", sort=asked.sort if request.args.get("sort") else Sort.NEWEST)


def _slots() -> Slots:
    found = current_app.extensions[_ROUTE]
    assert isinstance(found, Slots)
    return found


def _busy() -> tuple[str, int]:
    page = Page(
        gettext("An export is still under way"),
        gettext("One at a time for each user, and a few in all. Try again when it has ended."),
    )
    return render_template("error.html", code=429, page=page, said=""), 429


def _link(root: str) -> Callable[[UUID], str]:
    return lambda key: f"{root}archive/items/{key}"


def _in_words(asked: Asked) -> str:
    said = [
        f"kind: {asked.kind}",
        *(f"{name}: {', '.join(values)}" for name, values in asked.filters.items()),
    ]
    others = (("claim", asked.claim), ("since", asked.since), ("until", asked.until))
    said += [f"{name}: {value}" for name, value in others if value]
    return "; ".join([*said, f"sort: {asked.sort.value}"])
