"""How a field reporter is reminded of deadlines, beside the page itself. Nobody sees another's ways."""

from datetime import time
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.alerting.rules import Channel, NotTaken, Refusal, RuleId, Wish
from kentongan.alerting.timing import Quiet
from kentongan.alerting.values import Kind
from kentongan.errors import BadInput
from kentongan.sealing import SealBroken
from pipeline.alerting.channels import Channels
from pipeline.alerting.delivering import address_seal
from webui import sessions
from webui.alerts import wording
from webui.parts import the_parts
from webui.rounds.views import Answer, blueprint

NIGHT = Quiet(time(21), time(6))
OFFERED = (Channel.EMAIL, Channel.TELEGRAM)


@blueprint.get("/lapangan/pengingat")
def reminders() -> str:
    return _page()


@blueprint.post("/lapangan/pengingat")
def add_reminder() -> Response | Answer:
    """Keep another way of being reminded; refuse, in words, what cannot be."""
    parts, user, form = the_parts(), sessions.current(), request.form
    try:
        channel = Channel(form.get("channel", ""))
        clocks = (time.fromisoformat(form.get(name, "")) for name in ("quiet_from", "quiet_until"))
        quiet = Quiet(*(clock.replace(second=0, microsecond=0, tzinfo=None) for clock in clocks))
    except ValueError as exc:
        raise BadInput("the form was not sent by our page") from exc
    try:
        if channel not in OFFERED:
            raise NotTaken(Refusal.NO_CHANNEL)
        address = Channels.of(parts.settings).check(channel, form.get("address", ""))
        wish = Wish(frozenset({Kind.ROUND}), channel, address, quiet=quiet)
        parts.store.alert_rules.add(user, wish, address_seal(parts.settings))
    except NotTaken as refused:
        return _page(str(wording.REFUSALS[refused.reason])), 422
    flash(
        gettext("Kept. You are reminded once before and once after a deadline, if nothing was sent."),
        "notice",
    )
    return redirect(url_for("rounds.reminders"), 303)


@blueprint.post("/lapangan/pengingat/<uuid:rule_id>/hapus")
def remove_reminder(rule_id: UUID) -> Response:
    the_parts().store.alert_rules.remove(RuleId(rule_id), sessions.current())
    flash(gettext("Removed. You are told no more by this way."), "notice")
    return redirect(url_for("rounds.reminders"), 303)


def _page(problem: str = "") -> str:
    parts, user = the_parts(), sessions.current()
    return render_template(
        "rounds/reminders.html",
        ways=[(rule, _address(rule.sealed, rule.id)) for rule in parts.store.alert_rules.of(user.id)],
        channels=[one for one in Channels.of(parts.settings).open() if one in OFFERED],
        sent=[one for one in parts.store.alert_deliveries.of(user.id) if one.alert.kind is Kind.ROUND][:10],
        wording=wording,
        night=NIGHT,
        problem=problem,
        form=request.form,
    )


def _address(sealed: bytes, key: RuleId) -> str:
    try:
        return address_seal(the_parts().settings).open(sealed, key.bytes)
    except SealBroken:
        return str(gettext("cannot be read any more: remove this way and set it up anew"))
