"""Bundles of other offices and the leads in them, kept apart from everything that is decided here.

Owns: whether a bundle is new, known, or taken back. Leaves its form and signature to
`kentongan.sharing.reading`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId
from kentongan.errors import NotFound
from kentongan.ids import new_id
from kentongan.reports.canonical import canonical_json
from kentongan.sharing.reading import Given
from kentongan.sharing.values import BundleId, BundleRefused, ReceivedBundle, ReceivedClaim
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.schema import ClaimRow
from kentongan.store.schema_sharing import (
    PartnerRow,
    ReceivedBundleRow,
    ReceivedClaimRow,
    ReceivedLikenessRow,
)

Likely = Sequence[Sequence[ClaimId]]
"""Our own claims that say the same, likest first, for each claim of a bundle in its order."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a bundle. `already`: it had been here, and nothing was kept again."""

    id: BundleId
    sender: str
    claims: int
    already: bool


class ReceivedBundles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def is_here(self, given: Given) -> bool:
        """Tell whether the same bundle was taken before. Raises BundleRefused for another of the same id."""
        with self._database.read() as session:
            return _known(session, given) is not None

    def take(self, given: Given, likely: Likely, *, by: str) -> Taken:
        """Keep a bundle, or find that it is here already.

        Raises BundleRefused, naming the field, where its key is nobody's or was withdrawn, its id belongs to
        another bundle, or its sender has taken it back.
        """
        with self._database.write() as session:
            partner = session.scalar(
                select(PartnerRow).where(PartnerRow.fingerprint == given.key).with_for_update()
            )
            if partner is None:
                raise BundleRefused(
                    "signature.key", f"{given.key} is no key of an office that is registered here"
                )
            if partner.withdrawn_at is not None:
                raise BundleRefused("signature.key", f"{given.key} was withdrawn")
            known = _known(session, given)
            if known is not None:
                return Taken(given.id, partner.name, len(given.document["claims"]), already=True)
            earlier = select(ReceivedBundleRow.id).where(
                ReceivedBundleRow.withdraws == given.id, ReceivedBundleRow.partner_id == partner.id
            )
            if session.scalar(earlier) is not None:
                raise BundleRefused("bundle.id", "its sender has taken this bundle back")
            row = ReceivedBundleRow(
                id=given.id,
                partner_id=partner.id,
                document=canonical_json(given.document),
                sha256=given.sha256,
                released_at=given.released_at,
                received_at=now(),
                withdraws=given.withdraws,
                withdrawn_at=None,
            )
            session.add(row)
            session.flush()
            if given.withdraws:
                _take_back(session, partner, given)
            _keep_claims(session, row, given, likely)
            action = "bundle taken back by sender" if given.withdraws else "bundle received"
            append(
                session, self._database, by, action, str(given.id), sender=partner.name, sha256=given.sha256,
                claims=len(given.document["claims"]),
            )  # fmt: skip
            return Taken(given.id, partner.name, len(given.document["claims"]), already=False)

    def newest(self, limit: int = 50) -> tuple[list[ReceivedBundle], int]:
        """Return the bundles received last, and how many there are."""
        with self._database.read() as session:
            rows = session.execute(
                select(ReceivedBundleRow, PartnerRow.name)
                .join(PartnerRow, PartnerRow.id == ReceivedBundleRow.partner_id)
                .order_by(ReceivedBundleRow.received_at.desc(), ReceivedBundleRow.id.desc())
                .limit(limit)
            ).all()
            total = session.scalar(select(func.count()).select_from(ReceivedBundleRow)) or 0
            return [_bundle(row, name) for row, name in rows], total

    def get(self, key: BundleId) -> ReceivedBundle:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            row = session.get(ReceivedBundleRow, key)
            if row is None:
                raise NotFound("received bundle", key)
            return _bundle(row, session.get_one(PartnerRow, row.partner_id).name)

    def claims_of(self, key: BundleId) -> list[ReceivedClaim]:
        """Return the leads of a bundle in its order, each with our own claims that may say the same."""
        query = (
            select(ReceivedClaimRow.id)
            .where(ReceivedClaimRow.bundle_id == key)
            .order_by(ReceivedClaimRow.place)
        )
        with self._database.read() as session:
            return _claims(session, session.scalars(query).all())

    def like(self, claim_id: ClaimId, limit: int = 5) -> list[ReceivedClaim]:
        """Return the leads of other offices that may say the same as one of our claims, newest first.

        None of a bundle that its sender has taken back.
        """
        query = (
            select(ReceivedClaimRow.id)
            .join(ReceivedLikenessRow, ReceivedLikenessRow.received_id == ReceivedClaimRow.id)
            .join(ReceivedBundleRow, ReceivedBundleRow.id == ReceivedClaimRow.bundle_id)
            .where(ReceivedLikenessRow.claim_id == claim_id, ReceivedBundleRow.withdrawn_at.is_(None))
            .order_by(ReceivedClaimRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return _claims(session, session.scalars(query).all())


def _known(session: Session, given: Given) -> ReceivedBundleRow | None:
    row = session.get(ReceivedBundleRow, given.id)
    if row is not None and row.sha256 != given.sha256:
        raise BundleRefused("bundle.id", "belongs to another bundle that was received before")
    if row is not None and row.withdrawn_at is not None:
        raise BundleRefused("bundle.id", "its sender has taken this bundle back")
    return row


def _take_back(session: Session, partner: PartnerRow, given: Given) -> None:
    row = session.get(ReceivedBundleRow, given.withdraws)
    if row is not None and row.partner_id != partner.id:
        raise BundleRefused("bundle.withdraws", "is a bundle of another sender")
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = now()


def _keep_claims(session: Session, row: ReceivedBundleRow, given: Given, likely: Likely) -> None:
    for place, claim in enumerate(given.document["claims"]):
        kept = ReceivedClaimRow(
            id=new_id(),
            bundle_id=row.id,
            place=place,
            text=claim["text"],
            press=claim["kind"] == "press",
            content=claim,
        )
        session.add(kept)
        session.flush()
        same = likely[place] if place < len(likely) else ()
        for number, key in enumerate(dict.fromkeys(same)):
            session.add(ReceivedLikenessRow(received_id=kept.id, claim_id=key, place=number))
    session.flush()


def _bundle(row: ReceivedBundleRow, sender: str) -> ReceivedBundle:
    document = json.loads(row.document)
    return ReceivedBundle(
        BundleId(row.id),
        sender,
        row.released_at,
        row.received_at,
        row.sha256,
        len(document["claims"]),
        row.withdrawn_at,
        BundleId(row.withdraws) if row.withdraws else None,
        document,
    )


def _claims(session: Session, keys: Sequence[UUID]) -> list[ReceivedClaim]:
    rows = session.execute(
        select(ReceivedClaimRow, PartnerRow.name)
        .join(ReceivedBundleRow, ReceivedBundleRow.id == ReceivedClaimRow.bundle_id)
        .join(PartnerRow, PartnerRow.id == ReceivedBundleRow.partner_id)
        .where(ReceivedClaimRow.id.in_(keys))
    ).all()
    likely = _likely(session, keys)
    found = {
        row.id: ReceivedClaim(
            row.id, BundleId(row.bundle_id), sender, row.text, row.press, row.content, likely.get(row.id, {})
        )
        for row, sender in rows
    }
    return [found[key] for key in keys]


def _likely(session: Session, keys: Iterable[UUID]) -> Mapping[UUID, Mapping[ClaimId, str]]:
    rows = session.execute(
        select(ReceivedLikenessRow.received_id, ClaimRow.id, ClaimRow.headline)
        .join(ClaimRow, ClaimRow.id == ReceivedLikenessRow.claim_id)
        .where(ReceivedLikenessRow.received_id.in_(list(keys)))
        .order_by(ReceivedLikenessRow.received_id, ReceivedLikenessRow.place)
    )
    found: dict[UUID, dict[ClaimId, str]] = {}
    for received, claim, headline in rows:
        found.setdefault(received, {})[ClaimId(claim)] = headline
    return found
