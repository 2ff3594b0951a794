"""The list of bundles, ours and received, and one of ours with all that leaves. Each look is audited."""

import json
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kentongan.domain import ClaimState, Label, SourceKind
from kentongan.sharing.values import Bundle, BundleId, State
from pipeline.casefile.signing import fingerprint, public_pem
from pipeline.sharing.making import Sharing
from webui import sessions
from webui.access import may
from webui.claims.wording import QUESTIONS
from webui.parts import the_parts
from webui.sharing import wording

blueprint = Blueprint("sharing", __name__, url_prefix="/berbagi", template_folder="templates")

ROWS = 30


@blueprint.get("/")
def overview() -> str:
    """Show our bundles and those of other offices, the newest first."""
    parts, user = the_parts(), sessions.current()
    ours, our_total = parts.store.shared.newest(ROWS)
    theirs, their_total = parts.store.received.newest(ROWS)
    parts.store.audit.add(user.name, "list bundles", ours=our_total, received=their_total)
    return render_template(
        "sharing/overview.html",
        ours=ours,
        our_total=our_total,
        theirs=theirs,
        their_total=their_total,
        wording=wording,
    )


@blueprint.get("/<uuid:bundle_id>")
def show(bundle_id: UUID) -> str:
    """Show all that leaves, or left, and what may be done with it now."""
    parts, user = the_parts(), sessions.current()
    bundle = the_bundle(bundle_id)
    parts.store.audit.add(user.name, "view bundle", str(bundle.id), version=bundle.version)
    own, waits = bundle.user_id == user.id, bundle.state is State.PREPARED
    key = the_sharing().key().public_key()
    return render_template(
        "sharing/bundle.html",
        bundle=bundle,
        wording=wording,
        own=own,
        states=State,
        labels=Label,
        claim_states=ClaimState,
        kinds=SourceKind,
        questions=QUESTIONS,
        whole=json.dumps(bundle.content, ensure_ascii=False, indent=1),
        rewording=waits and may("sharing.reword", "POST", user.role),
        releasing=waits and may("sharing.release", "POST", user.role) and not (own and bundle.needs_second),
        refusing=waits and may("sharing.refuse", "POST", user.role),
        withdrawing=bundle.state is State.RELEASED
        and bundle.withdraws is None
        and may("sharing.withdraw", "POST", user.role),
        push=parts.store.share_pushes.of(bundle.id),
        fingerprint=fingerprint(key),
        public_key=public_pem(key).decode(),
    )


def the_bundle(key: UUID) -> Bundle:
    """Return the bundle of an address; raises NotFound."""
    return the_parts().store.shared.get(BundleId(key))


def the_sharing() -> Sharing:
    """Return what bundles are made with."""
    parts = the_parts()
    return Sharing(parts.store, parts.settings, parts.region)


def back_to(bundle: Bundle) -> Response:
    return redirect(url_for("sharing.show", bundle_id=bundle.id), 303)
