"""From claims that people decided on to a bundle that leaves: prepared, then signed when it is released."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kentongan.domain import ClaimId, UserId
from kentongan.gazetteer import read_gazetteer
from kentongan.region import Region
from kentongan.reports.canonical import canonical_json
from kentongan.settings import Settings
from kentongan.sharing.composing import Aggregates, compose
from kentongan.sharing.reading import check_signed, read_form
from kentongan.sharing.values import (
    FORMAT,
    MAX_WEEKS,
    VERSION,
    Bundle,
    BundleId,
    BundleRefused,
    Ground,
    PartnerId,
    Period,
)
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.share_facts import read_names, read_shared
from kentongan.store.shared import Sign
from kentongan.trends.tables import counted_of
from kentongan.trends.values import Dimension
from kentongan.trends.weeks import Weeks
from pipeline.casefile.signing import fingerprint, public_pem, signing_key

KEY_FILE = Path("keys") / "sharing-ed25519.pem"
_ROWS = {"labels": Dimension.LABEL, "places": Dimension.PLACE, "kinds": Dimension.SOURCE_KIND}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bundle is to be of. With a period it holds the sums of its whole weeks too."""

    recipient: str
    ground: Ground
    claims: Sequence[ClaimId]
    partner_id: PartnerId | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Sharing:
    """The parts that bundles are made with."""

    store: Store
    settings: Settings
    region: Region

    def prepare(self, user_id: UserId, wish: Wish) -> Bundle:
        """Keep a bundle as it would leave. Raises BadInput and BundleRefused naming the field, NotFound."""
        zone = self.region.time_zone
        shared = read_shared(self.store.database, wish.claims, zone)
        if not shared and wish.period is None:
            raise BundleRefused("claims", "choose claims, or a period for sums, or both")
        aggregates = self._aggregates(wish.period) if wish.period else None
        content = compose(
            self._sender(), wish.recipient, wish.ground.reason, shared, aggregates, place_names(self.region)
        )
        return self.store.shared.prepare(
            user_id, wish.recipient, wish.partner_id, wish.ground, content, hate=any(c.hate for c in shared)
        )

    def release(self, key: BundleId, user_id: UserId, *, version: int) -> Bundle:
        """Let a bundle leave, signed. Raises Conflict, NotFound, BundleRefused, SigningKeyError."""
        return self.store.shared.release(key, user_id, self._sign(), version=version)

    def withdraw(self, key: BundleId, user_id: UserId, note: str) -> Bundle:
        """Take a released bundle back by a new one, which is returned. Raises as `release`, and BadInput."""
        old = self.store.shared.get(key)
        names = {
            name
            for claim in old.claims
            for name in read_names(self.store.database, ClaimId(UUID(claim["id"])))
        }
        content = compose(self._sender(), old.recipient, note, (), None, {}, withdraws=key, names=names)
        return self.store.shared.take_back(key, user_id, note, content, self._sign())

    def key(self) -> Ed25519PrivateKey:
        """Return the key that signs bundles, made now where there is none. Raises SigningKeyError."""
        new = not (self.settings.home / KEY_FILE).exists()
        key = signing_key(self.settings.home, KEY_FILE)
        if new:
            self.store.audit.add("system", "make sharing key", fingerprint(key.public_key()))
        return key

    def _sender(self) -> dict[str, str]:
        return {"name": self.settings.office_name or self.region.title, "region": self.region.name}

    def _sign(self) -> Sign:
        key = self.key()  # before the bundle's own transaction, for the entry of a new one is another
        return lambda bundle: sign(bundle, key)

    def _aggregates(self, period: Period) -> Aggregates:
        weeks = whole_weeks(period, self.region)
        counted = {
            name: counted_of(dimension, self.store.trends.count_weeks(dimension, weeks))
            for name, dimension in _ROWS.items()
        }
        whole = counted["labels"]
        return Aggregates(
            period,
            self.region.time_zone.key,
            weeks.mondays(),
            whole.coverage,
            whole.totals,
            {name: found.cells for name, found in counted.items()},
        )


def sign(bundle: Bundle, key: Ed25519PrivateKey) -> tuple[str, str]:
    """Return the signed document of a bundle that is released, and the SHA-256 of what was signed.

    Raises BundleRefused for one that no receiver would take.
    """
    known, at = fingerprint(key.public_key()), bundle.settled_at
    assert at is not None
    document = {
        **bundle.content,
        "format": FORMAT,
        "version": VERSION,
        "id": str(bundle.id),
        "released_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sender": {**bundle.content["sender"], "key": known},
    }
    said = canonical_json(document).encode()
    signature = {"algorithm": "ed25519", "key": known, "value": b64encode(key.sign(said)).decode()}
    whole = json.dumps(
        {"bundle": document, "signature": signature}, ensure_ascii=False, sort_keys=True, indent=1
    )
    # What a receiver would refuse must not leave: too large, beyond the schema, personal data in other words.
    check_signed(read_form(whole.encode()), public_pem(key.public_key()).decode(), at)
    return whole, sha256(said).hexdigest()


def whole_weeks(period: Period, region: Region) -> Weeks:
    """Return the calendar weeks that lie wholly in a period and are over. Raises BundleRefused for none, and
    for more than MAX_WEEKS."""
    today = now().astimezone(region.time_zone).date()
    first = period.since + timedelta(days=-period.since.weekday() % 7)
    last: date = min(period.until, today - timedelta(days=1))
    count = ((last - first).days + 1) // 7
    if count < 1:
        raise BundleRefused("period", "holds no whole week, Monday to Sunday, that is over")
    if count > MAX_WEEKS:
        raise BundleRefused("period", f"{count} weeks, {MAX_WEEKS} at most")
    return Weeks(first, count, region.time_zone)


def place_names(region: Region) -> dict[str, str]:
    """Return the names of the kecamatan of a region, by code."""
    listed = read_gazetteer(region.name).places
    return {code: place.name for code, place in listed.items() if not place.is_kelurahan}
