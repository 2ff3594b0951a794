"""Valid objects to begin from, so that a test states only what matters. All invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kentongan.domain import (
    Assessment,
    ClaimId,
    Item,
    ItemId,
    Label,
    Match,
    NewFactCheck,
    NewItem,
    Permission,
    Platform,
    Role,
    Source,
    SourceKind,
    Stage,
    Stance,
    User,
    Verdict,
)
from kentongan.store import Store
from kentongan.store.copies import Candidate
from kentongan.text import containment, shingles

PASSWORD = "kentongan berbunyi tiga kali"
RUMOUR = (
    "Gedung gudang kotak suara Kota Arunika terbakar tadi malam dan semua surat suara "
    "hilang, sebarkan sebelum dihapus, media semua bungkam soal ini."
)


def make_source(name: str = "warta", kind: SourceKind = SourceKind.PRESS, **changes: Any) -> Source:
    source = Source(
        name, f"Warta {name}", kind, Permission.FULL, f"https://{name}.example/", "arunika", "Asia/Jakarta"
    )
    return replace(source, **changes)


def make_item(text: str = RUMOUR, source: str = "warta", **changes: Any) -> NewItem:
    item = NewItem(source, Platform.NEWS, text, seen_at=datetime(2026, 3, 1, 5, 0, tzinfo=UTC))
    return replace(item, **changes)


def make_fact_check(**changes: Any) -> NewFactCheck:
    check = NewFactCheck(
        url="https://periksa.example/1",
        publisher="Periksa Arunika",
        claim="Gudang kotak suara Arunika terbakar",
        verdict=Verdict.REFUTED,
        verdict_text="SALAH",
    )
    return replace(check, **changes)


def make_assessment(*labels: Label, probability: float = 0.9, **changes: Any) -> Assessment:
    assessment = Assessment(
        model="model-1",
        probabilities={label: probability if label in labels else 0.05 for label in Label},
        stance=Stance.ASSERTS,
        stance_probability=0.8,
        flagged=frozenset(labels),
        embedding=b"\x00\x3c",
    )
    return replace(assessment, **changes)


def join_like(text: str) -> Any:
    """Return a choice of look-alikes: all that share half of its runs of words."""
    own = shingles(text)

    def choose(candidates: Sequence[Candidate], commonplace: frozenset[int]) -> list[Candidate]:
        return [c for c in candidates if containment(own, shingles(c.text)) >= 0.5]

    return choose


def group(store: Store, item: Item, worker: str = "w") -> bool:
    return store.conveyor.save_group(item, worker, shingles(item.full_text), join_like(item.full_text))


def work_all(store: Store, *labels: Label, matches: Sequence[Match] = (), worker: str = "w") -> None:
    """Take every waiting item through all stages, each given the same labels and matches."""
    conveyor = store.conveyor
    for stage in (Stage.COLLECTED, Stage.ASSESSED, Stage.MATCHED):
        for item in conveyor.take(stage, worker, 100):
            if stage is Stage.COLLECTED:
                assert conveyor.save_assessment(item, worker, make_assessment(*labels))
            elif stage is Stage.ASSESSED:
                assert conveyor.save_matches(item, worker, matches)
            else:
                assert group(store, item, worker)


def make_claim(store: Store, *labels: Label, kind: SourceKind = SourceKind.PUBLIC_CHANNEL) -> ClaimId:
    """Return a fresh claim of one item that bears `labels`."""
    store.collector.save_source(make_source("suara", kind))
    saved = store.collector.save_item(make_item(source="suara"))
    work_all(store, *(labels or (Label.HOAX,)))
    return claim_of(store, saved.id)


def claim_of(store: Store, item: ItemId) -> ClaimId:
    claim = store.items.view(item).item.claim_id
    assert claim is not None
    return claim


def make_user(store: Store, name: str = "sari", role: Role = Role.ANALYST) -> User:
    return store.users.add(name, role, PASSWORD, by="test")
