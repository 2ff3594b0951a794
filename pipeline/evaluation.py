"""How well matching and grouping do on a labelled file, run with the real parts in a
folder that is thrown away. Labels and stance are `classifier.evaluate`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from classifier.assess import Assessor
from kentongan.domain import (
    FactCheck,
    FactCheckId,
    NewItem,
    Permission,
    Platform,
    Source,
    SourceKind,
    Stage,
    Verdict,
)
from kentongan.errors import BadInput
from kentongan.ids import new_id
from kentongan.store import open_store
from kentongan.store.database import now
from pipeline.formats import ItemRecord
from pipeline.matching import Matcher
from pipeline.work import group_item
from search.embedded import EmbeddedIndex
from search.index import Document, Kind

TOP = 10
_BATCH = 256
_SOURCE = "evaluation"


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """Over the items whose right answer is in the archive."""

    items: int
    success_at_1: float
    success_at_5: float
    success_at_10: float
    mean_reciprocal_rank: float
    confirmed: int
    confirmed_precision: float | None  # None when nothing was confirmed


@dataclass(frozen=True, slots=True)
class ClusterFigures:
    """B-cubed over the items that state a `claim_id` (Bagga and Baldwin 1998)."""

    items: int
    claims: int
    precision: float
    recall: float
    f1: float


def evaluate_match(
    records: Sequence[ItemRecord], archive: Sequence[ItemRecord], assessor: Assessor
) -> tuple[MatchFigures, list[dict[str, object]]]:
    """Return figures and, for each item, `{"id", "matches": [{"id", "probability"}]}`, best first.

    The right answers of an item are the archive's lines with its `fact_check_url` as
    `url`, or with its `claim_id`. An item without id is named by its line. Raises BadInput
    for an archive line without an id of its own.
    """
    checks, own_ids = _archive(archive, assessor)
    with TemporaryDirectory(prefix="kentongan-evaluate-") as folder:
        index = EmbeddedIndex(Path(folder))
        index.prepare()
        try:
            everything = list(checks.values())
            for start in range(0, len(everything), _BATCH):
                index.put([_document(check) for check in everything[start : start + _BATCH]])
            matcher = Matcher(index, lambda keys: [checks[FactCheckId(k)] for k in keys], assessor.pairs)
            by_url, by_claim = _answers(archive)
            rows: list[dict[str, object]] = []
            ranks: list[int] = []
            confirmed: list[bool] = []
            for record, embedding in _embedded(records, assessor):
                found = matcher.find(_full_text(record), embedding, at_least=0.0, limit=TOP)
                ids = [own_ids[match.fact_check_id] for match in found]
                rows.append(
                    {
                        "id": _name(record),
                        "matches": [
                            {"id": key, "probability": match.probability}
                            for key, match in zip(ids, found, strict=True)
                        ],
                    }
                )
                right = by_url[record.fact_check_url] | by_claim[record.claim_id]
                if right:
                    ranks.append(next((n for n, key in enumerate(ids, start=1) if key in right), 0))
                    confirmed += [own_ids[m.fact_check_id] in right for m in found if m.confirmed]
        finally:
            index.close()
    return _match_figures(ranks, confirmed), rows


def evaluate_cluster(records: Sequence[ItemRecord]) -> tuple[ClusterFigures, list[dict[str, object]]]:
    """Return figures and `{"id", "claim_id"}` of each item, grouped by the real grouping stage."""
    with TemporaryDirectory(prefix="kentongan-evaluate-") as folder:
        store = open_store(f"sqlite:///{folder}/record.db")
        try:
            store.collector.save_source(
                Source(_SOURCE, _SOURCE, SourceKind.PUBLIC_CHANNEL, Permission.WRITTEN, "", "", "UTC")
            )
            items: list[tuple[NewItem, Mapping[str, object]]] = [
                (NewItem(_SOURCE, Platform.POST, r.text, title=r.title, external_id=f"{n}:{r.id}"), {})
                for n, r in enumerate(records)
            ]
            saved = store.collector.save_items(items)
            while batch := store.conveyor.take(Stage.COLLECTED, _SOURCE, _BATCH):
                for item in batch:
                    group_item(store, item, _SOURCE)
            views = {view.item.id: view.item for view in store.items.views([s.id for s in saved])}
            claims = [str(views[s.id].claim_id) for s in saved]
        finally:
            store.close()
    rows: list[dict[str, object]] = [
        {"id": _name(record), "claim_id": claim} for record, claim in zip(records, claims, strict=True)
    ]
    pairs = [(r.claim_id, claim) for r, claim in zip(records, claims, strict=True) if r.claim_id]
    return b_cubed([gold for gold, _ in pairs], [found for _, found in pairs]), rows


def b_cubed(gold: Sequence[str], found: Sequence[str]) -> ClusterFigures:
    """Return B-cubed precision, recall and F1 of `found` against `gold`, item by item."""
    if not gold:
        return ClusterFigures(0, 0, 0.0, 0.0, 0.0)
    both = Counter(zip(gold, found, strict=True))
    in_gold, in_found = Counter(gold), Counter(found)
    precision = sum(n * n / in_found[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / in_gold[g] for (g, _), n in both.items()) / len(gold)
    f1 = 2 * precision * recall / (precision + recall)
    return ClusterFigures(len(gold), len(in_found), precision, recall, f1)


def _archive(
    archive: Sequence[ItemRecord], assessor: Assessor
) -> tuple[dict[FactCheckId, FactCheck], dict[FactCheckId, str]]:
    if not archive:
        raise BadInput("--archive: no fact-checks in it")
    unnamed = next((record.line for record in archive if not record.id), None)
    if unnamed is not None:
        raise BadInput(f"--archive, line {unnamed}: id: needed to name the match")
    first: dict[str, int] = {}
    for record in archive:
        if first.setdefault(record.id, record.line) != record.line:
            raise BadInput(
                f"--archive, line {record.line}: id: {record.id!r} is line {first[record.id]}'s too"
            )
    checks: dict[FactCheckId, FactCheck] = {}
    own_ids: dict[FactCheckId, str] = {}
    for start in range(0, len(archive), _BATCH):
        part = archive[start : start + _BATCH]
        for record, vector in zip(part, assessor.embed([r.text for r in part]), strict=True):
            key = FactCheckId(new_id())
            own_ids[key] = record.id
            checks[key] = FactCheck(
                id=key,
                url=record.url,
                publisher=record.source,
                claim=record.text,
                verdict=Verdict.REFUTED,
                verdict_text="",
                title=record.title,
                published_at=record.published_at,
                source=record.source,
                first_seen_at=now(),
                embedding=vector,
            )
    return checks, own_ids


def _document(check: FactCheck) -> Document:
    return Document(
        id=str(check.id),
        kind=Kind.FACT_CHECK,
        title="",
        text=check.claim,
        url=check.url,
        source=check.publisher,
        platform="factcheck",
        published_at=check.published_at or check.first_seen_at,
        vector=check.embedding,
    )


def _embedded(records: Sequence[ItemRecord], assessor: Assessor) -> list[tuple[ItemRecord, bytes]]:
    vectors = assessor.embed([_full_text(record) for record in records])
    return list(zip(records, vectors, strict=True))


def _full_text(record: ItemRecord) -> str:
    """Return what the service would read of the item: `Item.full_text`."""
    return f"{record.title}\n{record.text}" if record.title else record.text


def _name(record: ItemRecord) -> str:
    return record.id or str(record.line)


def _answers(archive: Sequence[ItemRecord]) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Return the archive's ids by address and by claim; an empty name has none."""
    by_url: dict[str, set[str]] = defaultdict(set)
    by_claim: dict[str, set[str]] = defaultdict(set)
    for record in archive:
        if record.url:
            by_url[record.url].add(record.id)
        if record.claim_id:
            by_claim[record.claim_id].add(record.id)
    return by_url, by_claim


def _match_figures(ranks: Sequence[int], confirmed: Sequence[bool]) -> MatchFigures:
    def share(k: int) -> float:
        return sum(0 < rank <= k for rank in ranks) / len(ranks) if ranks else 0.0

    return MatchFigures(
        items=len(ranks),
        success_at_1=share(1),
        success_at_5=share(5),
        success_at_10=share(10),
        mean_reciprocal_rank=sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0,
        confirmed=len(confirmed),
        confirmed_precision=sum(confirmed) / len(confirmed) if confirmed else None,
    )
