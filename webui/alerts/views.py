"""One's own alerts: what was told, why, and the evidence; and how one wants to be told of the next.

Nobody sees another's rules, addresses or messages, an administrator neither. A test message goes out at
once, so that whoever sets a way up sees whether it works.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from kentongan.alerting.rules import AlertRule, Channel, NotTaken, Refusal, RuleId, Wish
from kentongan.alerting.timing import Quiet
from kentongan.alerting.values import Kind
from kentongan.errors import BadInput
from kentongan.sealing import SealBroken
from pipeline.alerting.channels import SIGNATURE, Channels, NotSent, webhook_key
from pipeline.alerting.delivering import address_seal
from pipeline.alerting.message import test_message as message_for_testing
from webui import sessions
from webui.alerts import wording
from webui.parts import the_parts

blueprint = Blueprint("alerts", __name__, url_prefix="/peringatan", template_folder="templates")

SHOWN = 50
TESTS_PER_USER = "10 per hour"
DIGEST = time(7)
NIGHT = Quiet(time(21), time(6))


@dataclass(frozen=True, slots=True)
class Way:
    """A rule as its owner sees it. `key`: of a webhook's signature."""

    rule: AlertRule
    address: str
    key: str


@blueprint.get("/")
def overview() -> str:
    return _page()


@blueprint.post("/")
def add() -> Response | tuple[str, int]:
    """Keep another way of being told; refuse, in words, what cannot be."""
    parts, user = the_parts(), sessions.current()
    try:
        wish = _wish()
        parts.store.alert_rules.add(user, wish, address_seal(parts.settings))
    except NotTaken as refused:
        return _page(problem=str(wording.REFUSALS[refused.reason])), 422
    flash(gettext("Kept. Send a test message to see whether it arrives."), "notice")
    return redirect(url_for("alerts.overview"), 303)


@blueprint.post("/<uuid:rule_id>/hapus")
def remove(rule_id: UUID) -> Response:
    the_parts().store.alert_rules.remove(RuleId(rule_id), sessions.current())
    flash(gettext("Removed. You are told no more by this way."), "notice")
    return redirect(url_for("alerts.overview"), 303)


@blueprint.post("/<uuid:rule_id>/uji")
def send_test(rule_id: UUID) -> Response:
    """Send a message now and say what came of it."""
    parts = the_parts()
    rule = parts.store.alert_rules.get(RuleId(rule_id), sessions.current().id)
    channels = Channels.of(parts.settings)
    try:
        address = address_seal(parts.settings).open(rule.sealed, rule.id.bytes)
        message = message_for_testing(parts.region.title, parts.settings.public_url or "")
        channels.send(rule.channel, address, message, rule.id)
    except (NotSent, SealBroken) as exc:
        flash(gettext("The test message did not go out: %(problem)s", problem=str(exc)), "notice")
    else:
        flash(gettext("The test message went out. Look whether it arrived."), "notice")
    return redirect(url_for("alerts.overview"), 303)


def slow_down_testing(app: Flask) -> None:
    """Count test messages per user and answer 429 beyond the limit."""
    limiter = Limiter(lambda: str(sessions.current().id), app=app, storage_uri="memory://")
    view: Callable[..., Any] = limiter.limit(TESTS_PER_USER)(app.view_functions["alerts.send_test"])
    app.view_functions["alerts.send_test"] = view


def _wish() -> Wish:
    form = request.form
    kinds = frozenset(kind for kind in Kind if kind.value in form.getlist("kind"))
    if not kinds:
        raise NotTaken(Refusal.NO_KIND)
    try:
        channel = Channel(form.get("channel", ""))
        digest = _clock("digest_at") if form.get("when") == "digest" else None
        quiet = Quiet(_clock("quiet_from"), _clock("quiet_until")) if "quiet" in form else None
    except ValueError as exc:
        raise BadInput("the form was not sent by our page") from exc
    address = Channels.of(the_parts().settings).check(channel, form.get("address", ""))
    return Wish(kinds, channel, address, digest_at=digest, quiet=quiet)


def _clock(name: str) -> time:
    return time.fromisoformat(request.form.get(name, "")).replace(second=0, microsecond=0, tzinfo=None)


def _page(problem: str = "") -> str:
    parts, user = the_parts(), sessions.current()
    store = parts.store
    return render_template(
        "alerts/overview.html",
        alerts=store.alerts.visible_to(user.id, limit=SHOWN),
        ways=[_way(rule) for rule in store.alert_rules.of(user.id)],
        deliveries=store.alert_deliveries.of(user.id),
        open_channels=Channels.of(parts.settings).open(),
        kinds=Kind,
        wording=wording,
        signature=SIGNATURE,
        digest=DIGEST,
        night=NIGHT,
        problem=problem,
        form=request.form,
        title_of=lambda alert: wording.title(alert, parts.region.name),
    )


def _way(rule: AlertRule) -> Way:
    settings = the_parts().settings
    try:
        address = address_seal(settings).open(rule.sealed, rule.id.bytes)
    except SealBroken:
        address = gettext("cannot be read any more: remove this way and set it up anew")
    hook = rule.channel is Channel.WEBHOOK
    return Way(rule, address, webhook_key(settings.require_secret_key(), rule.id) if hook else "")
