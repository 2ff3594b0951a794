"""Items: reading them, with what is known of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import (
    Assessment,
    Evidence,
    FactCheck,
    Item,
    ItemId,
    Label,
    Match,
    Permission,
    Revision,
    Source,
    SourceKind,
)
from kentongan.errors import NotFound
from kentongan.store.database import Database
from kentongan.store.rows import assessment_of, fact_check_of, item_of, labels_in, match_of
from kentongan.store.schema import (
    AssessmentRow,
    EvidenceRow,
    FactCheckRow,
    ItemPlaceRow,
    ItemRow,
    MatchRow,
    RevisionRow,
    SourceRow,
)

_PAGE = 500


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with what is known of it. `labels` are those it bears; empty for most."""

    item: Item
    source_title: str
    assessment: Assessment | None
    labels: frozenset[Label]
    refuted: bool  # a confirmed match to a refuting check
    matches: tuple[tuple[Match, FactCheck], ...]  # likeliest first
    places: tuple[str, ...] = ()  # of the region, by code, most votes first


class Items:
    def __init__(self, database: Database) -> None:
        self._database = database

    def view(self, key: ItemId) -> ItemView:
        """Return one; raises NotFound."""
        found = self.views([key])
        if not found:
            raise NotFound("item", key)
        return found[0]

    def views(self, keys: Sequence[UUID]) -> list[ItemView]:
        """Return those that exist, in the order of `keys`."""
        with self._database.read() as session:
            return view_items(session, keys)

    def all_ids(self, *, grouped_only: bool = False) -> Iterator[ItemId]:
        """Yield every item's id in order, a page at a time."""
        after = UUID(int=0)
        while True:
            query = select(ItemRow.id).where(ItemRow.id > after).order_by(ItemRow.id).limit(_PAGE)
            if grouped_only:
                query = query.where(ItemRow.claim_id.is_not(None))
            with self._database.read() as session:
                keys = session.scalars(query).all()
            if not keys:
                return
            yield from (ItemId(key) for key in keys)
            after = keys[-1]

    def any_grouped(self) -> bool:
        """Tell whether any item has come far enough to be in the index."""
        with self._database.read() as session:
            return (
                session.scalar(select(ItemRow.id).where(ItemRow.claim_id.is_not(None)).limit(1)) is not None
            )

    def revisions(self, key: ItemId) -> list[Revision]:
        """Return what the item has said, first revision first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(RevisionRow).where(RevisionRow.item_id == key).order_by(RevisionRow.number)
            )
            return [Revision(r.number, r.title, r.text, r.content_hash, r.seen_at) for r in rows]

    def evidence(self, key: ItemId) -> list[Evidence]:
        """Return the captured responses behind an item, first first."""
        return [proof for _, proof in self.evidence_of_revisions(key)]

    def evidence_of_revisions(self, key: ItemId) -> list[tuple[int, Evidence]]:
        """Return the captured responses behind an item, first first, each with its revision's number.

        A revision that was read in several parts has one for each, in order.
        """
        with self._database.read() as session:
            rows = session.scalars(
                select(EvidenceRow).where(EvidenceRow.item_id == key).order_by(EvidenceRow.id)
            )
            return [
                (r.revision, Evidence(r.url, r.sha256, r.fetched_at, r.warc_path, r.warc_offset))
                for r in rows
            ]

    def given(self, key: ItemId) -> Mapping[str, Any]:
        """Return the labels and links that an imported file stated of the item."""
        with self._database.read() as session:
            return session.scalar(select(ItemRow.given).where(ItemRow.id == key)) or {}

    def counts(self) -> Mapping[str, int]:
        """Return `items`, `assessed`, `set_aside` and one count for each label borne."""
        with self._database.read() as session:
            items, assessed, aside = session.execute(
                select(
                    func.count(), func.count(ItemRow.assessment_id), func.count(ItemRow.trouble)
                ).select_from(ItemRow)
            ).one()
            labels = {
                label.value: session.scalar(
                    select(func.count()).select_from(ItemRow).where(getattr(ItemRow, label.value))
                )
                or 0
                for label in Label
            }
            return {"items": items, "assessed": assessed, "set_aside": aside, **labels}

    def count_by_source(self) -> Mapping[str, int]:
        """Return how many items each source has; sources with none are 0."""
        with self._database.read() as session:
            rows = session.execute(
                select(SourceRow.name, func.count(ItemRow.id))
                .outerjoin(ItemRow)
                .group_by(SourceRow.name)
                .order_by(SourceRow.name)
            )
            return dict(rows.all())

    def sources(self) -> list[Source]:
        """Return every source of the record, by name."""
        with self._database.read() as session:
            return [_source_of(row) for row in session.scalars(select(SourceRow).order_by(SourceRow.name))]


def view_items(session: Session, keys: Sequence[UUID]) -> list[ItemView]:
    """Return the items that exist among `keys`, in the order of `keys`, in five queries."""
    found = session.execute(
        select(ItemRow, SourceRow.kind, SourceRow.title, AssessmentRow)
        .join(SourceRow)
        .outerjoin(AssessmentRow, AssessmentRow.id == ItemRow.assessment_id)
        .where(ItemRow.id.in_(keys))
    )
    matches: dict[UUID, list[tuple[Match, FactCheck]]] = {}
    for match, check in session.execute(
        select(MatchRow, FactCheckRow)
        .join(FactCheckRow)
        .where(MatchRow.item_id.in_(keys))
        .order_by(MatchRow.probability.desc(), MatchRow.fact_check_id)
    ):
        matches.setdefault(match.item_id, []).append((match_of(match), fact_check_of(check)))
    places: dict[UUID, list[str]] = {}
    for item_id, place in session.execute(
        select(ItemPlaceRow.item_id, ItemPlaceRow.place)
        .where(ItemPlaceRow.item_id.in_(keys))
        .order_by(ItemPlaceRow.votes.desc(), ItemPlaceRow.place)
    ):
        places.setdefault(item_id, []).append(place)
    views = {
        row.id: ItemView(
            item=item_of(row, kind),
            source_title=title,
            assessment=assessment_of(assessment) if assessment else None,
            labels=labels_in(row),
            refuted=row.refuted,
            matches=tuple(matches.get(row.id, ())),
            places=tuple(places.get(row.id, ())),
        )
        for row, kind, title, assessment in found
    }
    return [views[key] for key in keys if key in views]


def _source_of(row: SourceRow) -> Source:
    return Source(
        name=row.name,
        title=row.title,
        kind=SourceKind(row.kind),
        permission=Permission(row.permission),
        home=row.home,
        region=row.region,
        time_zone=row.time_zone,
        press_council=row.press_council,
        owner=row.owner,
        basis=row.basis,
        expected_daily=row.expected_daily,
        every_minutes=row.every_minutes,
        active=row.active,
    )
