"""Other offices: whose key is believed, and where bundles are sent to. The administrator's."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import BadInput, Conflict
from kentongan.sharing.values import PartnerId
from kentongan.store.partners import MAX_NAME_CHARACTERS, NewPartner
from pipeline.alerting.channels import SIGNATURE, Channels, webhook_key
from pipeline.casefile.signing import fingerprint, public_pem
from pipeline.sharing.pushing import partner_seal
from webui import sessions
from webui.parts import the_parts
from webui.sharing.views import blueprint, the_sharing

MAX_TOKEN_CHARACTERS = 200


@blueprint.get("/mitra")
def partners() -> str:
    return _page()


@blueprint.post("/mitra")
def add_partner() -> Response | tuple[str, int]:
    """Register an office; its key is compared by telephone or letter before it is typed in here."""
    parts, form = the_parts(), request.form
    try:
        new = NewPartner(
            form.get("name", ""),
            form.get("public_key", ""),
            _address(form.get("address", "").strip()),
            _token(),
        )
        parts.store.partners.add(new, partner_seal(parts.settings), by=sessions.current().name)
    except (BadInput, Conflict) as exc:
        return _page(trouble=str(exc)), 422
    flash(gettext("Registered. Compare the fingerprint with what the office told you another way."), "notice")
    return redirect(url_for("sharing.partners"), 303)


@blueprint.post("/mitra/<uuid:partner_id>/cabut")
def withdraw_partner(partner_id: UUID) -> Response:
    """Believe an office no more; what came from it stays."""
    the_parts().store.partners.withdraw(PartnerId(partner_id), by=sessions.current().name)
    flash(gettext("Withdrawn. Nothing is taken from it or sent to it any more."), "notice")
    return redirect(url_for("sharing.partners"), 303)


def _page(trouble: str = "") -> str:
    parts = the_parts()
    key, secret = the_sharing().key().public_key(), parts.settings.require_secret_key()
    return render_template(
        "sharing/partners.html",
        partners=[
            (one, webhook_key(secret, one.id) if one.pushes else "") for one in parts.store.partners.all()
        ],
        fingerprint=fingerprint(key),
        public_key=public_pem(key).decode(),
        signature=SIGNATURE,
        trouble=trouble,
        form=request.form,
        limit=MAX_NAME_CHARACTERS,
    )


def _address(raw: str) -> str:
    if raw and not Channels.of(the_parts().settings).can_push(raw):
        raise BadInput("address: must be an https address")
    return raw


def _token() -> str:
    raw = request.form.get("token", "").strip()
    if len(raw) > MAX_TOKEN_CHARACTERS or not (raw.isascii() and raw.isprintable()) or " " in raw:
        raise BadInput("token: is not one that another office gives out")
    return raw
