"""Other offices: whose key is believed, and where our bundles are pushed to. Addresses and tokens are
sealed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.ids import new_id
from kentongan.sealing import Seal
from kentongan.sharing.reading import fingerprint_of, public_key
from kentongan.sharing.values import Partner, PartnerId
from kentongan.store.audit import append
from kentongan.store.database import Database, now
from kentongan.store.incident_changing import text_of
from kentongan.store.schema_sharing import PartnerRow

PURPOSE = "share addresses v1"
"""What the seal of an address is derived for."""
MAX_NAME_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class NewPartner:
    """`public_key` in PEM form; `address` and `token` as they are used. Any may be empty, not all."""

    name: str
    public_key: str = ""
    address: str = ""
    token: str = ""


class Partners:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Partner]:
        """Return every office, those withdrawn last."""
        order = (PartnerRow.withdrawn_at.is_not(None), PartnerRow.name, PartnerRow.id)
        with self._database.read() as session:
            return [partner_of(row) for row in session.scalars(select(PartnerRow).order_by(*order))]

    def get(self, key: PartnerId) -> Partner:
        """Return one; raises NotFound."""
        with self._database.read() as session:
            return partner_of(_row(session, key))

    def with_key(self, fingerprint: str) -> Partner | None:
        """Return whose key that is, withdrawn or not; None for nobody's."""
        with self._database.read() as session:
            row = session.scalar(select(PartnerRow).where(PartnerRow.fingerprint == fingerprint))
            return partner_of(row) if row else None

    def add(self, new: NewPartner, seal: Seal | None, *, by: str) -> Partner:
        """Register an office. Raises BadInput naming the field, Conflict for a key that is known already.

        The audit log holds the name and the key's fingerprint, never address or token.
        """
        name = text_of("name", new.name, MAX_NAME_CHARACTERS)
        pem, key = new.public_key.strip(), new_id()
        found = public_key(pem) if pem else None
        if pem and found is None:
            raise BadInput("public_key: is no Ed25519 public key in PEM form")
        if found is None and not new.address:
            raise BadInput("public_key: a key to believe or an address to send to is needed")
        if new.token and not new.address:
            raise BadInput("address: is needed beside a token")
        if new.address and seal is None:
            raise BadInput("address: cannot be sealed without KENTONGAN_SECRET_KEY")
        fingerprint = fingerprint_of(found) if found else None
        with self._database.write() as session:
            known = select(PartnerRow.id).where(PartnerRow.fingerprint == fingerprint)
            if fingerprint and session.scalar(known):
                raise Conflict(f"public_key: {fingerprint} is registered already")
            row = PartnerRow(
                id=key,
                name=name,
                public_key=pem,
                fingerprint=fingerprint,
                address=seal.close(new.address, key.bytes) if seal and new.address else None,
                token=seal.close(new.token, key.bytes) if seal and new.token else None,
                added_at=now(),
                withdrawn_at=None,
            )
            session.add(row)
            session.flush()
            append(
                session, self._database, by, "add partner", str(key), name=name, key=fingerprint or "",
                pushes=bool(new.address),
            )  # fmt: skip
            return partner_of(row)

    def withdraw(self, key: PartnerId, *, by: str) -> None:
        """Believe and serve an office no more; nothing of it is removed. Raises NotFound, Conflict."""
        with self._database.write() as session:
            row = _row(session, key)
            if row.withdrawn_at is not None:
                raise Conflict(f"partner {key} was withdrawn already")
            row.withdrawn_at, row.address, row.token = now(), None, None
            append(session, self._database, by, "withdraw partner", str(key), key=row.fingerprint or "")

    def sealed(self, key: PartnerId) -> tuple[bytes | None, bytes | None]:
        """Return sealed address and token; raises NotFound."""
        with self._database.read() as session:
            row = _row(session, key)
            return row.address, row.token


def _row(session: Session, key: UUID) -> PartnerRow:
    row = session.get(PartnerRow, key)
    if row is None:
        raise NotFound("partner", key)
    return row


def partner_of(row: PartnerRow) -> Partner:
    return Partner(
        PartnerId(row.id),
        row.name,
        row.public_key,
        row.fingerprint or "",
        row.address is not None,
        row.added_at,
        row.withdrawn_at,
    )
