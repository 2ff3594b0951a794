"""Published fact-checks: reading them, and giving them their embeddings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from kentongan.domain import FactCheck, FactCheckId, Stage
from kentongan.errors import NotFound
from kentongan.store.database import Database
from kentongan.store.outbox import FACT_CHECK, enqueue
from kentongan.store.rows import fact_check_of
from kentongan.store.schema import FactCheckRow, ItemRow

_PAGE = 500


class FactChecks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: FactCheckId) -> FactCheck:
        """Return one; raises NotFound."""
        found = self.get_many([key])
        if not found:
            raise NotFound("fact-check", key)
        return found[0]

    def get_many(self, keys: Iterable[UUID]) -> list[FactCheck]:
        """Return those that exist, in no order."""
        with self._database.read() as session:
            rows = session.scalars(select(FactCheckRow).where(FactCheckRow.id.in_(list(keys))))
            return [fact_check_of(row) for row in rows]

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(FactCheckRow)) or 0

    def all(self) -> Iterator[FactCheck]:
        """Yield every fact-check by id, a page at a time."""
        after = UUID(int=0)
        while True:
            with self._database.read() as session:
                query = (
                    select(FactCheckRow).where(FactCheckRow.id > after).order_by(FactCheckRow.id).limit(_PAGE)
                )
                rows = list(session.scalars(query))
            if not rows:
                return
            yield from (fact_check_of(row) for row in rows)
            after = rows[-1].id

    def any_embedded(self) -> bool:
        """Tell whether any check has come far enough to be in the index."""
        with self._database.read() as session:
            found = session.scalar(select(FactCheckRow.id).where(FactCheckRow.embedded_by != "").limit(1))
            return found is not None

    def without_embedding(self, model: str, limit: int) -> Sequence[FactCheck]:
        """Return up to `limit` that this model version has not embedded."""
        with self._database.read() as session:
            query = (
                select(FactCheckRow)
                .where(FactCheckRow.embedded_by != model)
                .order_by(FactCheckRow.id)
                .limit(limit)
            )
            return [fact_check_of(row) for row in session.scalars(query)]

    def save_embeddings(
        self, model: str, embeddings: Mapping[FactCheckId, bytes], seen: Mapping[FactCheckId, str]
    ) -> None:
        """Keep embeddings and queue the checks for the index, in one transaction.

        A check whose claim is no longer the one in `seen` is left for the next round.
        """
        with self._database.write() as session:
            # Items that nothing was held against yet will meet these checks in the index.
            older = session.scalar(select(ItemRow.id).where(ItemRow.stage != Stage.COLLECTED.value).limit(1))
            for row in session.scalars(select(FactCheckRow).where(FactCheckRow.id.in_(list(embeddings)))):
                if row.claim == seen[FactCheckId(row.id)]:
                    row.embedding, row.embedded_by = embeddings[FactCheckId(row.id)], model
                    row.looked_back = older is None
                    enqueue(session, FACT_CHECK, row.id)
