"""The conveyor's side of the record: taking items by stage, and saving what a stage found.

A worker leases a few items (`FOR UPDATE SKIP LOCKED` where there is such a thing), works
without holding a transaction, and saves each item in a transaction of its own, together
with its outbox row. A lease that ran out, or a newer revision, makes the save a no-op:
the item is simply worked again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kentongan.domain import Assessment, Item, ItemId, Match, Stage
from kentongan.ids import new_id
from kentongan.store.copies import Choose, Traits, keep_runs, keep_traits, keep_voice, look_alikes
from kentongan.store.database import Database, now
from kentongan.store.edits import hold_grouping
from kentongan.store.joining import join
from kentongan.store.matches import bear_labels, match_row
from kentongan.store.rows import assessment_of, item_of
from kentongan.store.schema import (
    AssessmentRow,
    ItemRow,
    MatchRow,
    SourceRow,
)
from kentongan.store.summary import new_claim, refresh_and_tell

LEASE = timedelta(minutes=5)


class Conveyor:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, stage: Stage, worker: str, limit: int) -> list[Item]:
        """Lease up to `limit` items that stand at `stage`, oldest first."""
        moment = now()
        free = (ItemRow.lease_until.is_(None)) | (ItemRow.lease_until < moment)
        chosen = (
            select(ItemRow.id)
            .where(ItemRow.stage == stage.value, ItemRow.trouble.is_(None), free)
            .order_by(ItemRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as session:
            keys = list(session.scalars(chosen))
            if not keys:
                return []
            session.execute(
                update(ItemRow)
                .where(ItemRow.id.in_(keys))
                .values(lease_owner=worker, lease_until=moment + LEASE)
            )
            rows = session.execute(
                select(ItemRow, SourceRow.kind)
                .join(SourceRow)
                .where(ItemRow.id.in_(keys))
                .order_by(ItemRow.id)
            )
            return [item_of(row, kind) for row, kind in rows]

    def end_leases(self, worker: str | None = None) -> None:
        """Give back the leases of one worker, or of all: for a record that only we work on."""
        held = ItemRow.lease_owner.is_not(None) if worker is None else ItemRow.lease_owner == worker
        with self._database.write() as session:
            session.execute(update(ItemRow).where(held).values(lease_owner=None, lease_until=None))

    def set_aside(self, item: Item, trouble: str) -> None:
        """Take an item that cannot be worked off the conveyor, saying why; it stays in the record."""
        with self._database.write() as session:
            session.execute(
                update(ItemRow)
                .where(ItemRow.id == item.id, ItemRow.revision == item.revision)
                .values(trouble=trouble, lease_owner=None, lease_until=None)
            )

    def waiting(self) -> Mapping[Stage, int]:
        """Return how many items wait at each stage for the next; those at the end and those set aside wait
        for nothing. The cost is that of what waits."""
        query = (
            select(ItemRow.stage, func.count())
            .where(ItemRow.stage.in_([s for s in Stage if s is not Stage.LINKED]), ItemRow.trouble.is_(None))
            .group_by(ItemRow.stage)
        )
        with self._database.read() as session:
            return {Stage(stage): count for stage, count in session.execute(query)}

    def known_assessments(self, content_hashes: Iterable[str], model: str) -> dict[str, Assessment]:
        """Return what this model version has already said of the very same texts."""
        known: dict[str, Assessment] = {}
        with self._database.read() as session:
            for content_hash in content_hashes:
                same = (AssessmentRow.content_hash == content_hash, AssessmentRow.model == model)
                row = session.scalars(select(AssessmentRow).where(*same).limit(1)).first()
                if row is not None:
                    known[content_hash] = assessment_of(row)
        return known

    def take_back(self) -> int:
        """Put every item that was set aside back on the conveyor; return how many."""
        with self._database.write() as session:
            aside = select(func.count()).select_from(ItemRow).where(ItemRow.trouble.is_not(None))
            count = session.scalar(aside) or 0
            session.execute(update(ItemRow).where(ItemRow.trouble.is_not(None)).values(trouble=None))
        return count

    def save_assessment(self, item: Item, worker: str, assessment: Assessment) -> bool:
        """Keep an assessment and move the item on. False when the item is no longer ours."""
        with self._database.write() as session:
            row = self._ours(session, item, worker)
            if row is None:
                return False
            key = session.scalar(
                select(AssessmentRow.id).where(
                    AssessmentRow.item_id == item.id,
                    AssessmentRow.revision == item.revision,
                    AssessmentRow.model == assessment.model,
                )
            )
            if key is None:
                key = new_id()
                session.add(_assessment_row(key, item, assessment))
            row.assessment_id = key
            _move(row, Stage.ASSESSED)
            return True

    def save_matches(self, item: Item, worker: str, matches: Sequence[Match]) -> bool:
        """Replace the item's matches and move it on. False when the item is no longer ours."""
        with self._database.write() as session:
            if item.claim_id is not None:  # of an earlier revision: its labels are counted there
                hold_grouping(session, self._database)
            row = self._ours(session, item, worker)
            if row is None:
                return False
            session.execute(delete(MatchRow).where(MatchRow.item_id == item.id))
            session.add_all(match_row(item.id, match) for match in matches)
            session.flush()
            bear_labels(session, row)
            _move(row, Stage.MATCHED)
            return True

    def save_group(
        self,
        item: Item,
        worker: str,
        hashes: frozenset[int],
        choose: Choose,
        traits: Traits = Traits(),  # noqa: B008 - frozen
    ) -> bool:
        """Put the item into the claim of those that `choose` picks from its look-alikes, or into a new one.

        Claims that it joins become one, but for what people keep apart. An item that a person put
        into its claim stays there. A revised item is held against its own former text too: what
        still says the same stays. `hashes` are unsigned 64-bit. Grouping is one at a time, so that two
        like items that arrive together still find each other. False when the item is no longer ours.
        """
        with self._database.write() as session:
            hold_grouping(session, self._database)
            row = self._ours(session, item, worker)
            if row is None:
                return False
            former = row.claim_id
            alike = look_alikes(session, row, hashes)
            found = choose(alike.candidates, alike.commonplace)
            if former is None or not row.pinned:
                row.claim_id = join(session, [c.claim_id for c in found]) or new_claim(session, row)
            assert row.claim_id is not None
            keep_runs(session, row, hashes)
            keep_traits(session, row, traits)
            session.flush()
            keep_voice(session, row, found)
            _move(row, Stage.GROUPED)
            session.flush()
            refresh_and_tell(session, row.claim_id, row.id)
            if former is not None and former != row.claim_id:
                refresh_and_tell(session, former)
            return True

    def save_links(self, item: Item, worker: str, linked: Sequence[ItemId]) -> bool:
        """Make one claim of the item's and of the claims of the items that say the same in other words.

        Only what no person has closed or keeps apart: into a closed claim only copies go, and two
        claims that people decided on stay two. False when the item is no longer ours.
        """
        with self._database.write() as session:
            hold_grouping(session, self._database)
            row = self._ours(session, item, worker)
            if row is None:
                return False
            if linked and row.claim_id is not None:
                theirs = dict(
                    session.execute(select(ItemRow.id, ItemRow.claim_id).where(ItemRow.id.in_(linked))).all()
                )
                claims = [claim for key in linked if (claim := theirs.get(key)) is not None]
                join(session, [row.claim_id, *claims], only_open=True)
            _move(row, Stage.LINKED)
            return True

    @staticmethod
    def _ours(session: Session, item: Item, worker: str) -> ItemRow | None:
        return session.scalar(
            select(ItemRow)
            .where(
                ItemRow.id == item.id,
                ItemRow.revision == item.revision,
                ItemRow.stage == item.stage.value,
                ItemRow.lease_owner == worker,
            )
            .with_for_update()
        )


def _move(row: ItemRow, stage: Stage) -> None:
    row.stage, row.lease_owner, row.lease_until = stage.value, None, None


def _assessment_row(key: UUID, item: Item, assessment: Assessment) -> AssessmentRow:
    return AssessmentRow(
        id=key,
        item_id=item.id,
        revision=item.revision,
        model=assessment.model,
        content_hash=item.content_hash,
        probabilities={label.value: float(p) for label, p in assessment.probabilities.items()},
        stance=assessment.stance.value,
        stance_probability=float(assessment.stance_probability),
        flagged=sorted(label.value for label in assessment.flagged),
        abstained=sorted(label.value for label in assessment.abstained),
        spans=[[s.start, s.end, s.label.value, s.contribution] for s in assessment.spans],
        cues=list(assessment.cues),
        embedding=assessment.embedding,
        assessed_at=now(),
    )
