"""Claims like a given one, over a real record and a real index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from kentongan.domain import ClaimId, Decision, Label, Platform, SourceKind, Stage
from kentongan.store import Store
from kentongan.store.database import Database
from pipeline import past
from pipeline.documents import RecordDocuments
from pipeline.past import MAX_CLAIMS, SimilarClaim, similar_claims
from search.embedded import EmbeddedIndex
from search.index import DIMENSIONS, IndexNotReady
from tests.factories import claim_of, group, make_assessment, make_item, make_source, make_user

NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)


def pointing(likeness: float) -> bytes:
    """Return a direction with this cosine to `pointing(1)`."""
    vector = np.zeros(DIMENSIONS, dtype="<f2")
    vector[0], vector[1] = likeness, (1 - likeness**2) ** 0.5
    return vector.tobytes()


class Archive:
    """A record and its index, filled one item at a time."""

    def __init__(self, store: Store, index: EmbeddedIndex) -> None:
        self.store, self.index = store, index
        self.count = 0
        store.collector.save_source(make_source("kanal", SourceKind.PUBLIC_CHANNEL))

    def add(self, likeness: float, *, days: float = 0, model: str = "model-1", text: str = "") -> ClaimId:
        """Put an item seen so many days ago into a claim of its own, or into one of the same text."""
        self.count += 1
        said = text or " ".join(f"kata{self.count}nomor{n}" for n in range(9))
        new = make_item(
            f"{said} grup {self.count}",
            "kanal",
            platform=Platform.POST,
            published_at=NOW - timedelta(days=days),
        )
        saved = self.store.collector.save_item(new)
        keep = self.store.conveyor
        (item,) = keep.take(Stage.COLLECTED, "w", 9)
        read = make_assessment(Label.HOAX, model=model, embedding=pointing(likeness))
        assert keep.save_assessment(item, "w", read)
        (item,) = keep.take(Stage.ASSESSED, "w", 9)
        assert keep.save_matches(item, "w", [])
        (item,) = keep.take(Stage.MATCHED, "w", 9)
        assert group(self.store, item)
        return claim_of(self.store, saved.id)

    def like(self, claim: ClaimId, *, rebuild: bool = True) -> list[SimilarClaim]:
        if rebuild:
            self.index.rebuild(RecordDocuments(self.store).everything())
        view = self.store.claims.view(claim)
        return similar_claims(self.store, self.index, view.claim, view.items[0])


@pytest.fixture
def archive(sqlite_url: str, tmp_path: Path) -> Iterator[Archive]:
    store, index = Store(Database(sqlite_url)), EmbeddedIndex(tmp_path / "index")
    yield Archive(store, index)
    index.close()
    store.close()


def test_like_claims_come_best_first_and_unlike_ones_not_at_all(archive: Archive) -> None:
    own = archive.add(1.0)
    near, nearer = archive.add(0.85, days=3), archive.add(0.95, days=2)
    archive.add(0.4)
    found = archive.like(own)
    assert [one.claim.id for one in found] == [nearer, near]
    assert [one.likeness for one in found] == pytest.approx([0.95, 0.85], abs=0.01)
    assert not any(one.resurfaced or one.decided for one in found)


def test_a_claim_is_as_like_as_its_likest_item_and_comes_once(archive: Archive) -> None:
    own, text = archive.add(1.0), "Jembatan Telaga Bening ambruk semalam dan tiga mobil hanyut terbawa arus."
    other = archive.add(0.82, text=text)
    assert archive.add(0.97, text=text) == other
    assert archive.add(0.6, text=text) == other
    assert [(one.claim.id, round(one.likeness, 2)) for one in archive.like(own)] == [(other, 0.97)]


def test_a_claim_silent_for_thirty_days_before_this_one_has_resurfaced_in_it(archive: Archive) -> None:
    own, old, recent = archive.add(1.0), archive.add(0.95, days=30), archive.add(0.9, days=29.9)
    user = make_user(archive.store)
    archive.store.reviews.decide(old, user.id, Decision.WATCH, version_seen=1)
    archive.store.reviews.decide(old, user.id, Decision.DISMISS, version_seen=2)
    found = {one.claim.id: one for one in archive.like(own)}
    assert (found[old].resurfaced, found[recent].resurfaced) == (True, False)
    decided = found[old].decided
    assert decided is not None
    assert decided.decision is Decision.DISMISS
    assert found[recent].decided is None
    assert not any(one.resurfaced for one in archive.like(old))


def test_what_another_model_read_is_not_compared(archive: Archive) -> None:
    own = archive.add(1.0)
    archive.add(0.99, model="model-2")
    assert archive.like(own) == []


def test_a_merged_claim_counts_as_the_one_it_became_though_the_index_lags(archive: Archive) -> None:
    own, first, second = archive.add(1.0), archive.add(0.99), archive.add(0.9)
    archive.like(own)
    user = make_user(archive.store)
    archive.store.edits.merge(second, first, user.id, keep_version=1, other_version=1)
    assert [one.claim.id for one in archive.like(own, rebuild=False)] == [second]
    archive.store.edits.merge(own, second, user.id, keep_version=1, other_version=2)
    assert archive.like(own, rebuild=False) == []


@pytest.mark.parametrize("few", [150, 3])
def test_many_items_of_its_own_do_not_hide_the_others(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(past, "_FEW", few)
    monkeypatch.setattr(past, "_NEAREST", 4)
    text = "Beras bantuan kelurahan dicampur plastik, sudah banyak warga yang sakit perut."
    own = {archive.add(1.0, text=text) for _ in range(6)}.pop()
    others = [archive.add(0.99 - n / 100) for n in range(MAX_CLAIMS + 1)]
    assert [one.claim.id for one in archive.like(own)] == others[: min(4, MAX_CLAIMS)]


def test_no_index_is_no_answer(archive: Archive) -> None:
    own = archive.add(1.0)
    with pytest.raises(IndexNotReady):
        archive.like(own, rebuild=False)
