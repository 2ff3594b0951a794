"""How well matching does on a labelled file, run with the real parts in a folder that is thrown
away. Grouping is `evaluation_cluster`'s, labels and stance are `classifier.evaluate`'s.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import UUID

from kentongan.domain import FactCheck, FactCheckId, Match, Verdict
from kentongan.errors import BadInput
from kentongan.ids import new_id
from kentongan.store.database import now
from pipeline.formats import ItemRecord
from pipeline.matching import Matcher
from pipeline.pairs import Judges, TextReader
from search.embedded import EmbeddedIndex
from search.index import Document, Kind, Like

TOP = 10
_BATCH = 256


class Reads(Judges, Protocol):
    """What of an assessor evaluation needs."""

    def embed(self, texts: Sequence[str]) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """Over the items whose right answer is in the archive."""

    found_by: str  # "both": as the service matches; "words" and "meaning": the index by one of them alone
    items: int
    success_at_1: float
    success_at_5: float
    success_at_10: float
    mean_reciprocal_rank: float
    confirmed: int
    confirmed_precision: float | None  # None when nothing was confirmed


def evaluate_match(
    records: Sequence[ItemRecord], archive: Sequence[ItemRecord], assessor: Reads
) -> tuple[list[MatchFigures], list[dict[str, object]]]:
    """Return figures and, for each item, `{"id", "matches": [{"id", "probability"}]}`, best first.

    Figures are of matching as the service does it, and beside it of the index asked by words alone
    (BM25) and by meaning alone, in the same run. The right answers of an item are the archive's
    lines with its `fact_check_url` as `url`, or with its `claim_id`. An item without id is named by
    its line. Raises BadInput for an archive line without an id of its own.
    """
    checks, own_ids = _archive(archive, assessor)
    by_url, by_claim = _answers(archive)
    rows: list[dict[str, object]] = []
    right: list[set[str]] = []
    answers: dict[str, list[list[str]]] = {"both": [], "words": [], "meaning": []}
    confirmed: list[bool] = []
    with TemporaryDirectory(prefix="kentongan-evaluate-") as folder:
        index = EmbeddedIndex(Path(folder))
        index.prepare()
        try:
            everything = list(checks.values())
            for start in range(0, len(everything), _BATCH):
                index.put([_document(check) for check in everything[start : start + _BATCH]])
            matcher = Matcher(index, lambda keys: [checks[FactCheckId(k)] for k in keys], assessor)
            reader = TextReader(assessor.meaning.rarity_of)
            for record, embedding in _embedded(records, assessor):
                text = _full_text(record)
                found = matcher.find(text, embedding, at_least=0.0, limit=TOP)
                ids = [own_ids[match.fact_check_id] for match in found]
                rows.append({"id": _name(record), "matches": _told(ids, found)})
                mine = by_url[record.fact_check_url] | by_claim[record.claim_id]
                if not mine:
                    continue
                right.append(mine)
                answers["both"].append(ids)
                confirmed += [own_ids[m.fact_check_id] in mine for m in found if m.confirmed]
                telling = reader.read(text).telling()
                for name, like in (
                    ("words", Like(Kind.FACT_CHECK, telling, limit=TOP)),
                    ("meaning", Like(Kind.FACT_CHECK, vector=embedding, limit=TOP)),
                ):
                    answers[name].append([own_ids[FactCheckId(UUID(key))] for key in index.like(like)])
        finally:
            index.close()
    figures = [_figures(name, found, right, confirmed) for name, found in answers.items()]
    return figures, rows


def _told(ids: Sequence[str], found: Sequence[Match]) -> list[dict[str, object]]:
    return [{"id": key, "probability": match.probability} for key, match in zip(ids, found, strict=True)]


def _archive(
    archive: Sequence[ItemRecord], assessor: Reads
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


def _embedded(records: Sequence[ItemRecord], assessor: Reads) -> list[tuple[ItemRecord, bytes]]:
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


def _figures(
    found_by: str, answers: Sequence[Sequence[str]], right: Sequence[set[str]], confirmed: Sequence[bool]
) -> MatchFigures:
    ranks = [
        next((n for n, key in enumerate(ids, start=1) if key in mine), 0)
        for ids, mine in zip(answers, right, strict=True)
    ]

    def share(k: int) -> float:
        return sum(0 < rank <= k for rank in ranks) / len(ranks) if ranks else 0.0

    sure = confirmed if found_by == "both" else ()
    return MatchFigures(
        found_by=found_by,
        items=len(ranks),
        success_at_1=share(1),
        success_at_5=share(5),
        success_at_10=share(10),
        mean_reciprocal_rank=sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0,
        confirmed=len(sure),
        confirmed_precision=sum(sure) / len(sure) if sure else None,
    )
