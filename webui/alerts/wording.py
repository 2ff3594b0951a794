"""Alerts in the words of the pages: what is told of, why, by which way, and what became of a message."""

from collections.abc import Mapping

from flask_babel import format_decimal, gettext, lazy_gettext

from kentongan.alerting.rules import Alert, Channel, Refusal, State
from kentongan.alerting.values import About, Kind
from kentongan.groups import read_groups
from webui import words

KINDS: Mapping[Kind, str] = {
    Kind.BURST: lazy_gettext("Burst: far more posts than usual"),
    Kind.RESURFACED: lazy_gettext("Back again after a long silence"),
    Kind.SAVED: lazy_gettext("A watched search found something"),
    Kind.SOURCE: lazy_gettext("A source is in trouble"),
    Kind.ROUND: lazy_gettext("A deadline of the tiered reports is near or over"),
}
ABOUT: Mapping[About, str] = {
    About.NARRATIVE: lazy_gettext("Narrative"),
    About.PLACE: lazy_gettext("Place"),
    About.TARGET: lazy_gettext("Party or candidate spoken of"),
    About.GROUP: lazy_gettext("Religious or ethnic group spoken of"),
    About.SEARCH: lazy_gettext("Watched search"),
    About.SOURCE: lazy_gettext("Source"),
    About.ROUND: lazy_gettext("Tiered report"),
}
CHANNELS: Mapping[Channel, str] = {
    Channel.EMAIL: lazy_gettext("E-mail"),
    Channel.WEBHOOK: lazy_gettext("Webhook"),
    Channel.TELEGRAM: lazy_gettext("Telegram"),
}
STATES: Mapping[State, str] = {
    State.WAITING: lazy_gettext("waiting"),
    State.SENT: lazy_gettext("sent"),
    State.DEAD: lazy_gettext("given up"),
    State.MOOT: lazy_gettext("not needed any more"),
}
REFUSALS: Mapping[Refusal, str] = {
    Refusal.NO_KIND: lazy_gettext("Choose at least one thing to be told of."),
    Refusal.ADDRESS: lazy_gettext("This address does not fit the way of telling you."),
    Refusal.TOO_MANY: lazy_gettext("You have as many ways already as there can be. Remove one first."),
    Refusal.NO_CHANNEL: lazy_gettext("This way is not set up here. Ask the administrator."),
}


def title(alert: Alert, region: str) -> str:
    """Return what the subject is called; that it waits where its words are not sent out."""
    if alert.about is About.PLACE:
        return words.place_name(alert.subject, region)
    if alert.about is About.GROUP:  # its neutral name stands on our page alone, in no message
        return read_groups().name_of(alert.subject)
    return alert.title or str(gettext("Something waits: open it to read"))


def why(alert: Alert) -> str:
    """Return the sentence that tells why, with its figures."""
    told = {name: _number(value) for name, value in alert.figures.items()}
    if alert.kind is Kind.BURST:
        said = gettext(
            "%(items)s posts of %(voices)s independent voices within %(hours)s hours; usually %(expected)s, "
            "from %(days)s watched days.",
            **told,
        )
    elif alert.kind is Kind.RESURFACED:
        said = gettext(
            "%(items)s posts of %(voices)s independent voices after %(days)s days without any.", **told
        )
    elif alert.kind is Kind.SAVED:
        return str(gettext("%(items)s new hits since it was last told of.", **told))
    elif alert.kind is Kind.ROUND:
        if alert.figures["late"]:
            return str(gettext("The deadline is over; what is late is still taken. “Nihil” is a report too."))
        return str(gettext("Not finished yet. Where there is nothing to tell, “Nihil” is enough."))
    else:
        return str(
            gettext("It is not read as it should be; the figures of its area may look calmer than they are.")
        )
    if alert.figures["watched"] < 1:
        part = _number(100 * alert.figures["watched"])
        said += " " + gettext("The sources were read during %(part)s %% of this time.", part=part)
    return str(said)


def _number(value: float) -> str:
    return str(format_decimal(round(value, 1), format="#,##0.#"))
