"""How well grouping does on a labelled file, run with the real stages in a folder that is thrown away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kentongan.domain import (
    Assessment,
    ItemId,
    Label,
    NewItem,
    Permission,
    Platform,
    Source,
    SourceKind,
    Stage,
    Stance,
)
from kentongan.store import Store, open_store
from kentongan.store.copies import Traits
from pipeline.evaluation import Reads
from pipeline.formats import ItemRecord
from pipeline.linking import Linker
from pipeline.syncing import sync_index
from pipeline.work import group_item, link_item
from search.embedded import EmbeddedIndex

_BATCH = 256
_SOURCE = "evaluation"


@dataclass(frozen=True, slots=True)
class ClusterFigures:
    """B-cubed over the items that state a `claim_id` (Bagga and Baldwin 1998)."""

    items: int
    claims: int
    precision: float
    recall: float
    f1: float


def evaluate_cluster(
    records: Sequence[ItemRecord], assessor: Reads
) -> tuple[ClusterFigures, list[dict[str, object]]]:
    """Return figures and `{"id", "claim_id"}` of each item, grouped as the service groups."""
    embeddings = assessor.embed([_full_text(record) for record in records])
    with TemporaryDirectory(prefix="kentongan-evaluate-") as folder:
        store, index = open_store(f"sqlite:///{folder}/record.db"), EmbeddedIndex(Path(folder) / "index")
        index.prepare()
        try:
            saved = _save(store, records)
            by_item = dict(zip(saved, embeddings, strict=True))
            _advance(store, by_item, assessor.model)
            while sync_index(store, index):
                pass
            linker = Linker(index, store.items.views, assessor)
            while batch := store.conveyor.take(Stage.GROUPED, _SOURCE, _BATCH):
                for view in store.items.views([item.id for item in batch]):
                    link_item(store, view, _SOURCE, linker)
            found = {view.item.id: str(view.item.claim_id) for view in store.items.views(saved)}
        finally:
            index.close()
            store.close()
    claims = [found[key] for key in saved]
    rows: list[dict[str, object]] = [
        {"id": record.id or str(record.line), "claim_id": claim}
        for record, claim in zip(records, claims, strict=True)
    ]
    pairs = [(r.claim_id, claim) for r, claim in zip(records, claims, strict=True) if r.claim_id]
    return b_cubed([gold for gold, _ in pairs], [claim for _, claim in pairs]), rows


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


def _save(store: Store, records: Sequence[ItemRecord]) -> list[ItemId]:
    source = Source(_SOURCE, _SOURCE, SourceKind.PUBLIC_CHANNEL, Permission.WRITTEN, "", "", "UTC")
    store.collector.save_source(source)
    return [
        saved.id
        for saved in store.collector.save_items(
            [
                (NewItem(_SOURCE, Platform.POST, r.text, title=r.title, external_id=f"{n}:{r.id}"), {})
                for n, r in enumerate(records)
            ]
        )
    ]


def _advance(store: Store, embeddings: dict[ItemId, bytes], model: str) -> None:
    """Take every item up to its copies: what it says of labels does not matter here."""
    nothing = dict.fromkeys(Label, 0.0)
    conveyor = store.conveyor
    for stage in (Stage.COLLECTED, Stage.ASSESSED, Stage.MATCHED):
        while batch := conveyor.take(stage, _SOURCE, _BATCH):
            for item in batch:
                if stage is Stage.COLLECTED:
                    said = Assessment(
                        model, nothing, Stance.REPORTS, 0.0, frozenset(), embedding=embeddings[item.id]
                    )
                    conveyor.save_assessment(item, _SOURCE, said)
                elif stage is Stage.ASSESSED:
                    conveyor.save_matches(item, _SOURCE, ())
                else:
                    group_item(store, item, _SOURCE, Traits())


def _full_text(record: ItemRecord) -> str:
    """Return what the service would read of the item: `Item.full_text`."""
    return f"{record.title}\n{record.text}" if record.title else record.text
