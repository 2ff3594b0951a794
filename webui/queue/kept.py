"""Views of the queue that people keep: naming one, sharing it, opening with it, taking it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kentongan.store.queue_views import MAX_NAME, MAX_OWN, NotKept, QueueView, Refusal, ViewId
from webui import sessions
from webui.parts import the_parts
from webui.queue.asking import Address, Filter, lane_url, read_address, read_lane
from webui.queue.views import blueprint, who_decides

_REFUSALS: Mapping[Refusal, str] = {
    Refusal.NO_NAME: lazy_gettext("Not kept: give the view a name."),
    Refusal.TOO_LONG: lazy_gettext("Not kept: the name is too long, %(name)s characters are the most."),
    Refusal.TAKEN: lazy_gettext("Not kept: you have a view of that name already."),
    Refusal.TOO_MANY: lazy_gettext("Not kept: you have %(own)s views already. Take one away first."),
}
_BESIDE = ("csrf_token", "lane", "name", "shared", "opens")


@dataclass(frozen=True, slots=True)
class Listed:
    view: QueueView
    url: str
    filters: tuple[Filter, ...]  # that narrow it


@blueprint.get("/tampilan")
def views() -> str:
    user = sessions.current()
    listed = [_listed(view) for view in the_parts().store.queue_views.visible_to(user)]
    return render_template(
        "queue/views.html",
        groups=(
            (gettext("My views"), [one for one in listed if one.view.mine]),
            (gettext("Shared by others"), [one for one in listed if not one.view.mine]),
        ),
        most=MAX_OWN,
    )


@blueprint.post("/tampilan")
def keep_view() -> Response:
    """Keep the lane and filters of the form under a name, and lead back to them."""
    store, user, form = the_parts().store, sessions.current(), request.form
    address = read_address(read_lane(form.get("lane", "")), form, who_decides(user), beside=_BESIDE)
    try:
        view = store.queue_views.keep(
            user, form.get("name", ""), address.lane, address.values, shared="shared" in form
        )
    except NotKept as refused:
        flash(str(_REFUSALS[refused.reason]) % {"name": MAX_NAME, "own": MAX_OWN}, "notice")
    else:
        if "opens" in form:
            store.queue_views.open_with(view.id, user)
        flash(gettext("Kept as “%(name)s”.", name=view.name), "notice")
    return redirect(address.url(), 303)


@blueprint.post("/tampilan/<uuid:view_id>")
def change_view(view_id: UUID) -> Response:
    """Share one's own view or no more, or let the queue open with a view or no more."""
    views, user, key = the_parts().store.queue_views, sessions.current(), ViewId(view_id)
    match request.form.get("do", ""):
        case "share":
            views.share(key, user, True)
        case "unshare":
            views.share(key, user, False)
        case "open":
            views.open_with(key, user)
        case "open_no_more":
            views.open_with(None, user)
        case _:
            abort(400)
    return redirect(url_for("queue.views"), 303)


@blueprint.post("/tampilan/<uuid:view_id>/hapus")
def remove_view(view_id: UUID) -> Response:
    the_parts().store.queue_views.remove(ViewId(view_id), sessions.current())
    flash(gettext("Taken away."), "notice")
    return redirect(url_for("queue.views"), 303)


def _listed(view: QueueView) -> Listed:
    """Return a view with its filters in words; a filter that is none any more is only in its address."""
    url = lane_url(view.lane, view.filters)
    try:
        address: Address = read_address(view.lane, MultiDict(view.filters), sessions.current().id)
    except BadRequest:
        return Listed(view, url, ())
    return Listed(view, url, tuple(one for one in address.filters() if one.value))
