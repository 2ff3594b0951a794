"""Carrying released bundles to the addresses of their recipients: signed webhooks, tried again, at last
given up.

The same guarded connection as alerts have. The body is the signed bundle itself, so that another Kentongan
takes it at `/api/v1/bundles` with the token that it gave us.
"""

import structlog

from kentongan.errors import SettingError
from kentongan.sealing import Seal, SealBroken
from kentongan.settings import Settings
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.partners import PURPOSE
from kentongan.store.share_pushes import Push
from pipeline.alerting.channels import Channels, NotSent, webhook_key

log = structlog.get_logger(__name__)


def partner_seal(settings: Settings) -> Seal:
    """Return the seal of addresses and tokens; raises SettingError without a secret key."""
    return Seal(settings.require_secret_key(), PURPOSE)


def push_due(store: Store, channels: Channels) -> tuple[int, int]:
    """Send what is due; return how many arrived and how many did not. Nothing without a secret key."""
    if channels.settings.secret_key is None:
        return 0, 0
    sent = failed = 0
    for push in store.share_pushes.take(now()):
        try:
            _send(push, channels)
        except (NotSent, SealBroken, SettingError) as exc:
            failed += 1
            given_up = store.share_pushes.failed(push.bundle_id, str(exc), now())
            say = log.error if given_up else log.warning
            say("bundle not sent", bundle=str(push.bundle_id), problem=str(exc), given_up=given_up)
        else:
            sent += 1
            store.share_pushes.sent(push.bundle_id, now())
    return sent, failed


def _send(push: Push, channels: Channels) -> None:
    if push.address is None:
        raise NotSent("the office was withdrawn")
    seal, owner = partner_seal(channels.settings), push.partner_id.bytes
    token = seal.open(push.token, owner) if push.token else ""
    key = webhook_key(channels.settings.require_secret_key(), push.partner_id)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    channels.push(seal.open(push.address, owner), push.document.encode(), push.bundle_id.hex, key, headers)
