"""The outbox carried over into the index.

Owns: the order of things, so that a job is only ever done when the index has it, or has refused it
for good. Leaves the rows to the record and making documents of them to the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from search.index import Document, Kind, Refused, SearchIndex


@dataclass(frozen=True, slots=True)
class Job:
    """One waiting change: look again at this document. What the record holds now counts."""

    id: int
    kind: Kind
    document_id: str


class Outbox(Protocol):
    def pending(self, limit: int) -> list[Job]:
        """Return the oldest waiting jobs."""

    def done(self, ids: Sequence[int], refused: Sequence[Refused]) -> None:
        """Take these jobs out and keep what was refused, durably and in one step."""


class LoadDocuments(Protocol):
    def __call__(self, jobs: Sequence[Job]) -> list[Document]:
        """Return what the record holds now of the jobs' documents; one that is gone is left out."""


def sync_outbox(outbox: Outbox, load: LoadDocuments, index: SearchIndex, batch: int = 500) -> int:
    """Bring the index up to the outbox and return how many jobs were done.

    Ends when nothing waits. After an error (IndexUnavailable, IndexNotReady) the jobs not
    yet in the index still wait; doing one twice changes nothing. What the index will never take as it
    is leaves the index and the outbox, and is kept with the reason.
    """
    done = 0
    while jobs := outbox.pending(batch):
        documents = load(jobs)
        refused = index.put(documents) if documents else []
        taken = {document.id for document in documents} - {one.id for one in refused}
        if gone := sorted({job.document_id for job in jobs} - taken):
            index.remove(gone)
        outbox.done([job.id for job in jobs], refused)
        done += len(jobs)
    return done
