"""The lanes of the queue: one row a claim, the most urgent first; and what changed since a page was shown."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from kentongan.domain import ClaimId, Decision, Lane, User, UserId
from kentongan.store.queue import ARRIVED_COUNTED, COUNTED
from webui import sessions, words
from webui.access import may
from webui.parts import read_uuid, the_parts
from webui.queue.asking import Address, lane_url, read_address, read_lane
from webui.queue.order import order_for
from webui.queue.rows import Row, make_rows, say_holder

blueprint = Blueprint("queue", __name__, url_prefix="/queue", template_folder="templates")

ROWS = 20
PULSE_SECONDS = 20


@blueprint.get("/")
def first() -> AnyResponse:
    """Open the queue with the person's own view, or with what is new."""
    view = the_parts().store.queue_views.default_of(sessions.current())
    if view is None:
        return redirect(url_for("queue.lane", name=Lane.NEW.value), 303)
    return redirect(lane_url(view.lane, view.filters), 303)


@blueprint.get("/<name>")
def lane(name: str) -> str:
    user = sessions.current()
    address = read_address(read_lane(name), request.args, who_decides(user))
    with the_parts().store.database.reading():
        return _page(address, user)


def _page(address: Address, user: User) -> str:
    store = the_parts().store
    order, cursor = order_for(who_decides(user)), request.args.get("cursor", "")
    page = store.claims.queue(
        address.lane, wanted=address.wanted, asked=order.asked, cursor=cursor, limit=ROWS
    )
    counts = store.claims.queue_counts()
    held = store.leases.holders([row.claim.id for row in page.rows])
    rows = make_rows(page.rows, held, user.name)
    views = store.queue_views.visible_to(user)
    deciding = who_decides(user) is not None
    return render_template(
        "queue/lane.html",
        lane=address.lane,
        address=address,
        filters=address.filters(),
        counts=counts,
        rows=rows,
        total=page.total,
        say_count=_say_count,
        order=order,
        following_page=address.url(cursor=page.cursor) if page.cursor else "",
        later=bool(cursor),
        here=request.full_path.rstrip("?"),
        pulse=_pulse_address(address, order.asked.at, [row.claim.id for row in rows]),
        pulse_seconds=PULSE_SECONDS,
        views=views,
        shown_view=next(
            (v.id for v in views if (v.lane, dict(v.filters)) == (address.lane, dict(address.values))), None
        ),
        deciding=deciding,
        offered=_offered(rows),
        reasons=words.REASONS,
        cut_off=store.batches.cut_off(user.id) if deciding else None,
    )


@blueprint.get("/<name>/kabar")
def pulse(name: str) -> AnyResponse:
    """Tell the page's script what is new since the page was shown; 304 where it was told so before."""
    store, user = the_parts().store, sessions.current()
    address = read_address(read_lane(name), request.args, who_decides(user), beside=("since", "shown"))
    since, shown = _moment(request.args.get("since", "")), _keys(request.args.get("shown", ""))
    asked = order_for(who_decides(user)).asked
    found = store.claims.pulse(address.lane, address.wanted, asked, since=since, shown=shown)
    held = store.leases.holders(shown)
    body = dumps(
        {
            "lanes": {lane.value: _say_count(found.counts[lane]) for lane in words.LANES},
            "said": _say_arrived(found.arrived),
            "gone": {str(key): gettext("no longer in this lane: somebody was at it") for key in found.left},
            "held": {
                str(key): {"text": holder.text, "mine": holder.mine}
                for key, lease in sorted(held.items())
                for holder in (say_holder(lease, user.name),)
            },
        }
    )
    answer = Response(body, mimetype="application/json")
    answer.set_etag(sha256(body.encode()).hexdigest()[:32])
    return answer.make_conditional(request)


def who_decides(user: User) -> UserId | None:
    """Return the person where their role works on claims, else None."""
    return user.id if may("claims.decide", "POST", user.role) else None


def _offered(rows: Iterable[Row]) -> list[Decision]:
    """Return the decisions that any of the rows offers, mildest first."""
    found = {button.decision for row in rows for button in row.buttons}
    return [decision for decision in words.DECISIONS if decision in found]


def _pulse_address(address: Address, since: datetime, shown: list[ClaimId]) -> str:
    asked: dict[str, Any] = {"since": since.isoformat(), "shown": ".".join(key.hex for key in shown)}
    return url_for("queue.pulse", name=address.lane.value, **asked, **dict[str, Any](address.values))


def _say_count(count: int) -> str:
    return f"{count}+" if count >= COUNTED else str(count)


def _say_arrived(count: int) -> str:
    if not count:
        return ""
    if count >= ARRIVED_COUNTED:
        return str(gettext("%(num)s or more new claims", num=ARRIVED_COUNTED))
    return str(ngettext("%(num)s new claim", "%(num)s new claims", count))


def _moment(raw: str) -> datetime:
    try:
        found = datetime.fromisoformat(raw)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):  # what is no date, and what is none in UTC
        pass
    abort(400)


def _keys(raw: str) -> list[ClaimId]:
    keys = [read_uuid(part) for part in raw.split(".") if part]
    if len(keys) > ROWS or None in keys:
        abort(400)
    return [ClaimId(key) for key in keys if key is not None]
