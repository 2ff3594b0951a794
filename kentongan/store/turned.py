"""A source that turns out to be of another kind: what follows for its items and their claims (R9)."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kentongan.domain import Source, SourceKind
from kentongan.store.schema import ItemRow, TallyRow
from kentongan.store.summary import refresh_and_tell


def turn_source(session: Session, source: Source) -> None:
    """Let all items of a source speak as what it is now. The caller holds the grouping lock and its row."""
    own = ItemRow.source == source.name
    session.execute(
        select(ItemRow.id).where(own).order_by(ItemRow.id).with_for_update()
    )  # as others lock them
    session.execute(update(ItemRow).where(own).values(press=source.kind is SourceKind.PRESS))
    claims = select(TallyRow.claim_id).where(TallyRow.source == source.name).distinct()
    for claim in sorted(session.scalars(claims).all()):
        refresh_and_tell(session, claim)
