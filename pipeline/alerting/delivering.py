"""Carrying messages: what is due is taken, sent, and told of where it fails.

Owns: one round. Leaves leases and retries to `store.alert_deliveries`, the ways out to `channels`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog

from kentongan.region import Region
from kentongan.sealing import Seal, SealBroken
from kentongan.settings import Settings
from kentongan.store import Store
from kentongan.store.alert_deliveries import Parcel
from kentongan.store.alert_rules import PURPOSE
from pipeline.alerting.channels import Channels, NotSent
from pipeline.alerting.message import compose

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one round."""

    sent: int = 0
    failed: int = 0


def address_seal(settings: Settings) -> Seal:
    """Return the seal of addresses; raises SettingError without a secret key."""
    return Seal(settings.require_secret_key(), PURPOSE)


def deliver(store: Store, region: Region, channels: Channels, at: datetime) -> Carried:
    """Send what is due; a message that fails is tried again later and at last given up.

    Without any channel that is set up nothing is taken, so that nothing is lost while settings are mended.
    """
    if not channels.open():
        return Carried()
    seal, site = address_seal(channels.settings), channels.settings.public_url or ""
    sent = failed = 0
    begun = monotonic()
    while parcel := store.alert_deliveries.take(_now(at, begun), region.time_zone):
        try:
            _send(parcel, channels, seal, region.title, site)
        except (NotSent, SealBroken) as exc:
            failed += 1
            _tell(store, parcel, str(exc), _now(at, begun))
        else:
            sent += 1
            store.alert_deliveries.sent(parcel, _now(at, begun))
    return Carried(sent, failed)


def _now(at: datetime, begun: float) -> datetime:
    return at + timedelta(seconds=monotonic() - begun)


def _send(parcel: Parcel, channels: Channels, seal: Seal, region: str, site: str) -> None:
    address = seal.open(parcel.rule.sealed, parcel.rule.id.bytes)
    message = compose(parcel.number, parcel.alerts, region, site)
    channels.send(parcel.rule.channel, address, message, parcel.rule.id)


def _tell(store: Store, parcel: Parcel, problem: str, at: datetime) -> None:
    given_up = store.alert_deliveries.failed(parcel, problem, at)
    say = log.error if given_up else log.warning
    say(
        "alert not sent",
        rule=str(parcel.rule.id),
        channel=parcel.rule.channel.value,
        problem=problem,
        given_up=given_up,
    )
