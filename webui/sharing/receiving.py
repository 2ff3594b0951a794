"""Bundles of other offices: taken in from a file, and read. And the schema, for everybody."""

from uuid import UUID

from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kentongan.sharing.reading import MAX_BYTES, schema_text
from kentongan.sharing.values import BundleId, BundleRefused
from pipeline.sharing.taking import Taking
from webui import sessions
from webui.parts import the_parts
from webui.sharing import wording
from webui.sharing.views import blueprint

_ROUTE = "sharing.take"
_FORM_BYTES = 192 * 1024  # a card of six answers, percent-encoded, and the rest


def allow_bundles(app: Flask) -> None:
    """Let the forms of bundles be larger, most of all the one that brings a file."""

    def allow() -> None:
        if request.blueprint == blueprint.name:
            request.max_content_length = _FORM_BYTES + (MAX_BYTES if request.endpoint == _ROUTE else 0)
            request.max_form_memory_size = _FORM_BYTES

    app.before_request(allow)


@blueprint.get("/terima")
def asking() -> str:
    """Ask for the file of a bundle."""
    return render_template("sharing/take.html", trouble=None)


@blueprint.post("/terima")
def take() -> AnyResponse | tuple[str, int]:
    """Take a bundle in, or say what is wrong with it; then nothing of it is kept."""
    parts, file = the_parts(), request.files.get("file")
    raw = file.read(MAX_BYTES + 1) if file else b""
    try:
        taken = Taking(parts.store, parts.index, parts.embed).take(raw, by=sessions.current().name)
    except BundleRefused as exc:
        return render_template("sharing/take.html", trouble=exc), 422
    if taken.already:
        flash(gettext("This bundle is here already; nothing was kept again."), "notice")
    else:
        flash(gettext("Taken in. These are leads of another office: nothing of ours was changed."), "notice")
    return redirect(url_for("sharing.received", bundle_id=taken.id), 303)


@blueprint.get("/terima/<uuid:bundle_id>")
def received(bundle_id: UUID) -> str:
    """Show the leads of a bundle, and our own claims that may say the same."""
    store = the_parts().store
    bundle = store.received.get(BundleId(bundle_id))
    claims = store.received.claims_of(bundle.id)
    store.audit.add(sessions.current().name, "view received bundle", str(bundle.id), claims=len(claims))
    return render_template("sharing/received.html", bundle=bundle, claims=claims, wording=wording)


@blueprint.get("/skema.json")
def schema() -> Response:
    """Send the JSON Schema of a bundle."""
    return Response(schema_text(), mimetype="application/schema+json")
