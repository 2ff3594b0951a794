"""Handing a case out: the export made on disk, recorded, and sent."""

import tempfile
from collections.abc import Callable
from typing import Any

from flask import Flask, render_template, request, send_file
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from pipeline.casefile import names
from pipeline.casefile.custody import Order
from pipeline.casefile.export import Exporter
from pipeline.casefile.signing import fingerprint, signing_key
from webui import sessions
from webui.incidents.views import LIMITS, blueprint, the_case
from webui.links import without_phones
from webui.parts import the_parts

_ROUTE = "incidents.give"
PER_USER = "10 per 10 minutes"  # each reads, packs and signs a whole case


def slow_down_giving(app: Flask) -> None:
    """Count hand-outs per user, beyond the limit answer 429; in this process's memory, as failed logins."""
    limiter = Limiter(lambda: str(sessions.current().id), app=app, storage_uri="memory://")
    view: Callable[..., Any] = limiter.limit(PER_USER)(app.view_functions[_ROUTE])
    app.view_functions[_ROUTE] = view


@blueprint.get("/<number>/serahkan")
def giving(number: str) -> str:
    """Ask for whom and on what ground; tell the fingerprint that the receiver compares."""
    parts = the_parts()
    case = parts.store.incidents.case(number)
    parts.store.audit.add(sessions.current().name, "view case", number, hand_outs=len(case.hand_outs))
    return render_template(
        "incidents/give.html",
        incident=case.incident,
        hand_outs=case.hand_outs[::-1],
        fingerprint=fingerprint(signing_key(parts.settings.home).public_key()),
        limits=LIMITS,
    )


@blueprint.post("/<number>/serahkan")
def give(number: str) -> Response:
    """Send the whole case as one signed ZIP. A crash leaves nothing behind: the file has no name."""
    parts, incident, form = the_parts(), the_case(number), request.form
    order = Order(sessions.current().name, form.get("recipient", ""), form.get("mandate", ""))
    target = tempfile.TemporaryFile(dir=parts.settings.home)  # noqa: SIM115 sending it closes it
    try:
        made = Exporter(parts.store, parts.settings.home, parts.region, without_phones).write(
            incident.number, target, order
        )
        target.seek(0)
        response: Response = send_file(
            target,
            mimetype="application/zip",
            as_attachment=True,
            download_name=names.package(incident.number),
        )
    except BaseException:
        target.close()
        raise
    response.content_length = made.hand_out.size
    return response
