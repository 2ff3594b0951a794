"""Public statements: open to everybody once published; their figures, before that, to those who may
publish."""

import json
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kentongan.errors import BadInput, Conflict
from kentongan.reports.canonical import canonical_json, digest
from kentongan.sharing.values import Period
from kentongan.store.statements import Statement, StatementId
from pipeline.statements.figures import read_period, statement_of
from pipeline.statements.text import parts_of, title_of, to_markdown
from webui import sessions
from webui.parts import the_parts
from webui.times import today

blueprint = Blueprint("statements", __name__, url_prefix="/pernyataan", template_folder="templates")

TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json"}


@blueprint.get("/")
def overview() -> str:
    """Show the newest statement, and a list of all."""
    every = the_parts().store.statements.all()
    return _page(every[0] if every else None, every)


@blueprint.get("/<uuid:statement_id>")
def show(statement_id: UUID) -> str:
    store = the_parts().store.statements
    return _page(store.get(StatementId(statement_id)), store.all())


@blueprint.get("/<uuid:statement_id>/unduh/<form>")
def download(statement_id: UUID, form: str) -> Response:
    """Send a statement as it was published."""
    if form not in TYPES:
        abort(404)
    found = the_parts().store.statements.get(StatementId(statement_id))
    text, data = to_markdown(found.document, found.sha256), canonical_json(found.document)
    return Response(text if form == "md" else data, content_type=TYPES[form])  # the hash is of the data


@blueprint.get("/terbitkan")
def prepare() -> str | tuple[str, int]:
    """Show the figures of a period before they are published; the last half-year where none is named."""
    args = request.args
    try:
        period = _period(args.get("since", ""), args.get("until", ""))
    except BadInput as exc:
        return _preparing(_period("", ""), trouble=str(exc)), 422
    return _preparing(period)


@blueprint.post("/terbitkan")
def publish() -> AnyResponse | tuple[str, int]:
    """Publish what was read, unless its figures are others now."""
    form, parts = request.form, the_parts()
    period = _period(form.get("since", ""), form.get("until", ""))
    document = statement_of(parts.store, parts.region, period)
    if digest(canonical_json(document)) != form.get("sha256", ""):
        said = gettext(
            "The figures have changed since you read them. Nothing was published; read them again."
        )
        return _preparing(period, trouble=said), 409
    user = sessions.current()
    try:
        published = parts.store.statements.publish(user.id, period.since, period.until, document)
    except Conflict:
        said = gettext(
            "Nothing was published: a statement of some of these days is out already, and the difference of "
            "the two would tell what each withholds. Take exactly the same days for a correction, or days of "
            "which none was told yet."
        )
        return _preparing(period, trouble=said), 409
    flash(gettext("Published. Nothing in it changes any more."), "notice")
    return redirect(url_for("statements.show", statement_id=published.id), 303)


def _page(shown: Statement | None, every: list[Statement]) -> str:
    return render_template(
        "statements/overview.html",
        shown=shown,
        every=every,
        title=title_of(shown.document) if shown else "",
        parts=list(parts_of(shown.document)) if shown else [],
    )


def _preparing(period: Period, trouble: str = "") -> str:
    parts = the_parts()
    document = statement_of(parts.store, parts.region, period)
    parts.store.audit.add(
        sessions.current().name,
        "prepare statement",
        since=period.since.isoformat(),
        until=period.until.isoformat(),
    )
    return render_template(
        "statements/prepare.html",
        period=period,
        title=title_of(document),
        parts=list(parts_of(document)),
        sha256=digest(canonical_json(document)),
        whole=json.dumps(document, ensure_ascii=False, indent=1),
        trouble=trouble,
    )


def _period(since: str, until: str) -> Period:
    """Return days that are over."""
    return read_period(since, until, today() - timedelta(days=1))
