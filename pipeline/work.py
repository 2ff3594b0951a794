"""The conveyor itself: each stage over what is waiting, until nothing is.

Every unit is saved in one transaction with its outbox row, so a process that is killed
leaves nothing half-done and the next one goes on from there. With the index down,
assessing goes on and the rest waits.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from uuid import UUID

import structlog

from classifier.assess import Assessor
from kentongan.domain import Assessment, Item, Stage
from kentongan.errors import KentonganError
from kentongan.ids import new_id
from kentongan.store import Store
from kentongan.store.copies import Traits
from kentongan.store.items import ItemView
from pipeline.grouping import choose_copies, word_runs
from pipeline.linking import Linker
from pipeline.matching import Matcher
from pipeline.syncing import sync_index
from search.index import SearchError, SearchIndex
from search.sync import LoadDocuments

BATCH = 32
_ASSESSED_AT_ONCE = 8  # the model takes seconds for more, and the first leads should be seen early
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class WorkReport:
    """What one run of the conveyor did. Seconds are wall time by stage."""

    embedded: int = 0
    assessed: int = 0
    repeated: int = 0  # assessed from the record: the very same text was known
    matched: int = 0
    matches: int = 0
    grouped: int = 0
    linked: int = 0  # held against what says the same in other words
    synced: int = 0
    looked_back: int = 0  # checks held against older items
    set_aside: int = 0
    index_problem: str = ""
    stage_seconds: dict[str, float] = field(default_factory=dict)


class Worker:
    """Runs the stages. `progress` is told after each batch, for people who wait."""

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        assessor: Assessor,
        matcher: Matcher,
        linker: Linker,
        read_traits: Callable[[Item], Traits],
        *,
        load: LoadDocuments | None = None,
        progress: Callable[[WorkReport], None] = lambda report: None,
    ) -> None:
        """`load` makes the documents of the outbox's jobs, and may look at them on their way."""
        self._store, self._index, self._assessor, self._matcher = store, index, assessor, matcher
        self._linker, self._read_traits = linker, read_traits
        self._load, self._progress = load, progress
        self.name = f"{socket.gethostname()}:{os.getpid()}:{new_id().hex[-8:]}"

    def run_once(self) -> WorkReport:
        """Work until nothing waits, or only what the index holds up; return what was done."""
        report = WorkReport()
        try:
            self._open_index(report)
            self._all(report, "embed", self._embed)
            self._indexed(report)
            while self._once(report, "assess", self._assess):
                # Batch by batch all the way, so that the first leads are there to be seen early.
                self._indexed(report)
        finally:
            self._store.conveyor.end_leases(self.name)
        return report

    def _open_index(self, report: WorkReport) -> None:
        """Make the index of a new record. One that is gone is not made anew here: matching
        against an empty index would find nothing and look like an answer."""
        try:
            if self._store.items.any_grouped() or self._store.fact_checks.any_embedded():
                self._index.health()
            else:
                self._index.prepare()
        except SearchError as exc:
            self._index_down(report, exc)

    @staticmethod
    def _index_down(report: WorkReport, exc: SearchError) -> None:
        report.index_problem = str(exc)
        log.warning("index_problem", problem=str(exc))

    def _indexed(self, report: WorkReport) -> None:
        """Run the stages that need the index; when it is down, note it and let them wait."""
        if report.index_problem:
            self._all(report, "group", self._group)
            return
        try:
            self._all(report, "sync", self._sync)
            self._all(report, "match", self._match)
            self._all(report, "group", self._group)
            self._all(report, "sync", self._sync)
            self._all(report, "link", self._link)
            self._all(report, "look back", self._look_back)
            self._all(report, "sync", self._sync)
        except SearchError as exc:
            self._index_down(report, exc)
            self._all(report, "group", self._group)

    def _all(self, report: WorkReport, name: str, run: Callable[[WorkReport], bool]) -> None:
        while self._once(report, name, run):
            pass

    def _once(self, report: WorkReport, name: str, run: Callable[[WorkReport], bool]) -> bool:
        began = perf_counter()
        try:
            more = run(report)
        finally:
            report.stage_seconds[name] = report.stage_seconds.get(name, 0.0) + perf_counter() - began
        self._progress(report)
        return more

    def _embed(self, report: WorkReport) -> bool:
        checks = self._store.fact_checks.without_embedding(self._assessor.model, BATCH)
        if not checks:
            return False
        vectors = self._assessor.embed([check.claim for check in checks])
        self._store.fact_checks.save_embeddings(
            self._assessor.model,
            {check.id: vector for check, vector in zip(checks, vectors, strict=True)},
            {check.id: check.claim for check in checks},
        )
        report.embedded += len(checks)
        return True

    def _assess(self, report: WorkReport) -> bool:
        items = self._store.conveyor.take(Stage.COLLECTED, self.name, _ASSESSED_AT_ONCE)
        if not items:
            return False
        known = self._store.conveyor.known_assessments({i.content_hash for i in items}, self._assessor.model)
        fresh = [item for item in items if item.content_hash not in known]
        for item, assessment in self._assess_each(report, fresh):
            report.assessed += self._store.conveyor.save_assessment(item, self.name, assessment)
        for item in items:
            if item.content_hash in known:
                saved = self._store.conveyor.save_assessment(item, self.name, known[item.content_hash])
                report.assessed += saved
                report.repeated += saved
        return True

    def _assess_each(self, report: WorkReport, items: Sequence[Item]) -> Iterator[tuple[Item, Assessment]]:
        """Assess together; where that fails, one by one, and set aside the item that cannot be."""
        try:
            yield from zip(items, self._assessor.assess([i.full_text for i in items]), strict=True)
            return
        except (KentonganError, RuntimeError, ValueError) as exc:
            log.warning("batch_failed", problem=str(exc), items=len(items))
        for item in items:
            try:
                yield item, self._assessor.assess([item.full_text])[0]
            except (KentonganError, RuntimeError, ValueError) as exc:
                self._store.conveyor.set_aside(item, f"assess: {exc}")
                report.set_aside += 1

    def _match(self, report: WorkReport) -> bool:
        items = self._store.conveyor.take(Stage.ASSESSED, self.name, BATCH)
        for view in self._store.items.views([item.id for item in items]):
            embedding = view.assessment.embedding if view.assessment else b""
            matches = self._matcher.find(view.item.full_text, embedding)
            report.matched += self._store.conveyor.save_matches(view.item, self.name, matches)
            report.matches += len(matches)
        return bool(items)

    def _look_back(self, report: WorkReport) -> bool:
        """Hold new checks against the items that were here before them."""
        checks = self._store.matches.to_look_back(self._assessor.model, BATCH)
        for check in checks:
            back = self._matcher.find_items(check, self._views_of_this_model)
            self._store.matches.save_look_back(check, back.matches, back.items)
            report.looked_back += 1
        return bool(checks)

    def _views_of_this_model(self, keys: Sequence[UUID]) -> list[ItemView]:
        """Embeddings of two models are not to be compared."""
        views = self._store.items.views(keys)
        return [v for v in views if v.assessment and v.assessment.model == self._assessor.model]

    def _group(self, report: WorkReport) -> bool:
        items = self._store.conveyor.take(Stage.MATCHED, self.name, BATCH)
        for item in items:
            traits = self._read_traits(item)
            report.grouped += group_item(self._store, item, self.name, traits)
        return bool(items)

    def _link(self, report: WorkReport) -> bool:
        items = self._store.conveyor.take(Stage.GROUPED, self.name, BATCH)
        for view in self._store.items.views([item.id for item in items]):
            report.linked += link_item(self._store, view, self.name, self._linker)
        return bool(items)

    def _sync(self, report: WorkReport) -> bool:
        done = sync_index(self._store, self._index, self._load)
        report.synced += done
        return done > 0


def group_item(store: Store, item: Item, worker: str, traits: Traits) -> bool:
    """Put a leased item into the claim of its copies; False when it is no longer ours."""
    runs = word_runs(item.full_text)
    return store.conveyor.save_group(
        item, worker, runs, lambda found, common: choose_copies(runs, found, common), traits
    )


def link_item(store: Store, view: ItemView, worker: str, linker: Linker) -> bool:
    """Join a leased item's claim with those that say the same; False when it is no longer ours."""
    return store.conveyor.save_links(view.item, worker, linker.find(view))
