"""One message about one or several alerts, as plain text and as values. Quotes no post, names nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kentongan.alerting.rules import Alert
from kentongan.alerting.why import heading, sentence

_SHOWN = 20  # alerts in one message; the others stand on the page
PAGE = "/peringatan/"
FIELD_PAGE = "/lapangan/pengingat"  # of who has none of the other


@dataclass(frozen=True, slots=True)
class Message:
    """`number` is the same however often the message is sent."""

    number: str
    subject: str
    text: str
    body: dict[str, Any]


def compose(number: str, alerts: Sequence[Alert], region: str, site: str) -> Message:
    """Return the message of these alerts; `site` is where our pages are, without a slash at its end."""
    first, more = alerts[0], len(alerts) - 1
    page = FIELD_PAGE if all(one.link.startswith("/lapangan/") for one in alerts) else PAGE
    subject = (
        f"[Kentongan {region}] {heading(first)}"
        if not more
        else f"[Kentongan {region}] {len(alerts)} peringatan"
    )
    parts = [f"{heading(one)}\n{sentence(one)}\n{site}{_page_of(one)}" for one in alerts[:_SHOWN]]
    if len(alerts) > _SHOWN:
        parts.append(f"{len(alerts) - _SHOWN} lagi: {site}{page}")
    parts.append(f"Atur pemberitahuan Anda: {site}{page}")
    return Message(
        number, " ".join(subject.split()), "\n\n".join(parts) + "\n", _body(number, alerts, region, site)
    )


def _page_of(alert: Alert) -> str:
    """Return the path that is sent: where the words stay here, none that asks for them in its address."""
    return PAGE if not alert.title and "?" in alert.link else alert.link


def test_message(region: str, site: str) -> Message:
    """Return what the button on the page sends."""
    text = f"Pesan uji: pemberitahuan Kentongan {region} sampai di sini.\n\n{site}{PAGE}\n"
    return Message(
        "test", f"[Kentongan {region}] Pesan uji", text, {"version": 1, "test": True, "region": region}
    )


def _body(number: str, alerts: Sequence[Alert], region: str, site: str) -> dict[str, Any]:
    return {
        "version": 1,
        "number": number,
        "region": region,
        "alerts": [
            {
                "id": str(one.id),
                "kind": one.kind.value,
                "about": one.about.value,
                "title": one.title or None,
                "why": sentence(one),
                "figures": dict(one.figures),
                "url": f"{site}{_page_of(one)}",
                "raised_at": one.raised_at.isoformat(),
            }
            for one in alerts
        ],
    }
