"""What is done with a bundle of ours: put in other words, released, refused, taken back, given out."""

from io import BytesIO
from uuid import UUID

from flask import abort, flash, render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from kentongan.errors import BadInput, Conflict
from kentongan.sharing.composing import reword as put_otherwise
from kentongan.sharing.values import State
from kentongan.store.share_facts import read_names
from webui import sessions
from webui.parts import read_uuid, the_parts
from webui.sharing import wording
from webui.sharing.views import back_to, blueprint, the_bundle, the_sharing

Answer = Response | tuple[str, int]


@blueprint.post("/<uuid:bundle_id>/kata")
def reword(bundle_id: UUID) -> Answer:
    """Put one claim in other words; they are masked like the first."""
    parts, bundle = the_parts(), the_bundle(bundle_id)
    key = read_uuid(request.form.get("claim", ""))
    if key is None:
        abort(400)
    text = request.form.get("text", "")
    names = {  # of every claim in it: an account of one may be named in the words of another
        name
        for claim in bundle.claims
        for name in read_names(parts.store.database, ClaimId(UUID(claim["id"])))
    }
    try:
        parts.store.shared.change(
            bundle.id,
            sessions.current().id,
            lambda content: put_otherwise(content, str(key), text, names),
            version=_version(),
        )
    except Conflict:
        return _conflict(bundle_id, text)
    except BadInput as exc:
        return _refused(bundle_id, exc, text)
    flash(gettext("Kept in your words."), "notice")
    return back_to(bundle)


@blueprint.post("/<uuid:bundle_id>/lepas")
def release(bundle_id: UUID) -> Answer:
    """Let it leave, signed."""
    try:
        bundle = the_sharing().release(the_bundle(bundle_id).id, sessions.current().id, version=_version())
    except Conflict:
        return _conflict(bundle_id)
    except BadInput as exc:
        return _refused(bundle_id, exc)
    flash(gettext("Released and signed."), "notice")
    return back_to(bundle)


@blueprint.post("/<uuid:bundle_id>/tolak")
def refuse(bundle_id: UUID) -> Answer:
    """Keep it from leaving, for good."""
    note = request.form.get("note", "")
    try:
        bundle = the_parts().store.shared.refuse(
            the_bundle(bundle_id).id, sessions.current().id, note, version=_version()
        )
    except Conflict:
        return _conflict(bundle_id, note)
    except BadInput as exc:
        return _refused(bundle_id, exc, note)
    flash(gettext("Refused. Nothing has left."), "notice")
    return back_to(bundle)


@blueprint.post("/<uuid:bundle_id>/tarik")
def withdraw(bundle_id: UUID) -> Answer:
    """Take a released bundle back, by a new one that tells its recipient."""
    note = request.form.get("note", "")
    try:
        back = the_sharing().withdraw(the_bundle(bundle_id).id, sessions.current().id, note)
    except Conflict:
        return _conflict(bundle_id, note)
    except BadInput as exc:
        return _refused(bundle_id, exc, note)
    flash(
        gettext("Taken back. Give this bundle to its recipient too, unless it is sent by itself."), "notice"
    )
    return back_to(back)


@blueprint.get("/<uuid:bundle_id>/unduh")
def download(bundle_id: UUID) -> Response:
    """Send the signed bundle as a file."""
    bundle = the_bundle(bundle_id)
    if bundle.state not in (State.RELEASED, State.WITHDRAWN):
        abort(404)
    the_parts().store.audit.add(
        sessions.current().name, "bundle given out", str(bundle.id), sha256=bundle.sha256
    )
    response: Response = send_file(
        BytesIO(bundle.document.encode()),
        mimetype="application/json",
        as_attachment=True,
        download_name=f"kentongan-{bundle.id}.json",
    )
    return response


def _conflict(bundle_id: UUID, typed: str = "") -> tuple[str, int]:
    return _not_done(bundle_id, "", typed), 409


def _refused(bundle_id: UUID, exc: BadInput, typed: str = "") -> tuple[str, int]:
    return _not_done(bundle_id, str(exc), typed), 422


def _not_done(bundle_id: UUID, why: str, typed: str) -> str:
    """Return the page that says so, with what was typed; `why` is empty where somebody else was first."""
    bundle = the_bundle(bundle_id)
    return render_template(
        "sharing/conflict.html", bundle=bundle, wording=wording, why=why, typed=typed.strip()
    )


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)
