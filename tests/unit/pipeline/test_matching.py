"""Which checks are confirmed for a text that fits several, over a real index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from classifier.manifest import MatchModel
from classifier.match import PairModel
from classifier.meaning import PLAIN, Meaning
from kentongan.domain import FactCheck, FactCheckId, Item, ItemId, Platform, SourceKind, Stage, Verdict
from kentongan.ids import new_id
from kentongan.store.items import ItemView
from pipeline.matching import Matcher
from pipeline.pairs import MATCH_FEATURES
from search.embedded import EmbeddedIndex
from search.index import Document, Kind
from tests.factories import make_assessment

VECTOR = b"\x00\x3c" + bytes(766)  # float16: all in the first of 384 directions
BRIDGE = "jembatan kampung rawabambu ambruk semalam menimpa angkot"
WATER = "air sumur pasar cendrawasih tercemar merkuri pabrik"
BRIDGE_ALSO = "semalam jembatan rawabambu kampung ambruk menimpa angkot"  # by another publisher
BRIDGE_OTHERWISE = "jembatan kampung rawabambu dijual wali kota"  # half of it is in a text of the bridge


@dataclass(frozen=True)
class ByShare:
    """Judges a pair by the share of the claim's words that the text has: 0.98 for all of them, 0.5 for
    seven in ten, almost 0 for half."""

    weights: tuple[float, ...] = tuple(14.0 if f == "claim_in_text" else 0.0 for f in MATCH_FEATURES)
    meaning: Meaning = PLAIN
    model: str = "share@1"

    @property
    def pairs(self) -> PairModel:
        return PairModel(MatchModel(MATCH_FEATURES, self.weights, -10.05, 0.3, 0.95))

    @property
    def links(self) -> PairModel:
        raise NotImplementedError


class Checks:
    """An index and the checks in it."""

    def __init__(self, folder: Path) -> None:
        self.index = EmbeddedIndex(folder)
        self.index.prepare()
        self._kept: dict[UUID, FactCheck] = {}
        self.matcher = Matcher(self.index, self._lookup, ByShare())

    def add(self, *claims: str) -> list[FactCheckId]:
        checks = [_check(claim) for claim in claims]
        self._kept |= {check.id: check for check in checks}
        self.index.put([_document(check) for check in checks])
        return [check.id for check in checks]

    def confirmed(self, text: str) -> list[FactCheckId]:
        return [match.fact_check_id for match in self.matcher.find(text, VECTOR) if match.confirmed]

    def looking_back(self, check: FactCheckId, text: str) -> list[bool]:
        """Return whether the check is confirmed for an item of this text, for each it matches."""
        view = _view(text)
        document = _document(self._kept[check])
        self.index.put([replace(document, id=str(view.item.id), kind=Kind.ITEM, text=text, platform="post")])
        back = self.matcher.find_items(self._kept[check], lambda keys: [view] if view.item.id in keys else [])
        return [match.confirmed for match in back.matches.values()]

    def suggested(self, text: str) -> list[FactCheckId]:
        return [match.fact_check_id for match in self.matcher.find(text, VECTOR) if not match.confirmed]

    def _lookup(self, keys: Iterable[UUID]) -> Sequence[FactCheck]:
        return [self._kept[key] for key in keys]

    def close(self) -> None:
        self.index.close()


@pytest.fixture
def checks(tmp_path: Path) -> Iterator[Checks]:
    checks = Checks(tmp_path / "index")
    yield checks
    checks.close()


def test_the_one_check_that_fits_is_confirmed(checks: Checks) -> None:
    bridge, _ = checks.add(BRIDGE, WATER)
    assert checks.confirmed(f"Kabar duka: {BRIDGE}, tolong hati-hati") == [bridge]


def test_a_text_that_makes_two_claims_is_confirmed_for_neither(checks: Checks) -> None:
    both = checks.add(BRIDGE, WATER)
    text = f"Kabar duka: {BRIDGE}, lalu {WATER}"
    assert checks.confirmed(text) == []
    assert sorted(checks.suggested(text)) == sorted(both)


def test_two_checks_of_one_claim_are_both_confirmed(checks: Checks) -> None:
    both = checks.add(BRIDGE, BRIDGE_ALSO)
    assert sorted(checks.confirmed(f"Kabar duka: {BRIDGE}, tolong hati-hati")) == sorted(both)


def test_a_check_that_fits_much_worse_is_no_rival(checks: Checks) -> None:
    bridge, otherwise = checks.add(BRIDGE, BRIDGE_OTHERWISE)
    text = f"Kabar duka: {BRIDGE}, kata wali"
    assert checks.confirmed(text) == [bridge]
    assert otherwise not in checks.confirmed(text)


def test_a_short_text_is_only_suggested_for(checks: Checks) -> None:
    (bridge,) = checks.add("jembatan rawabambu ambruk")
    assert checks.confirmed("jembatan rawabambu ambruk semalam") == []
    assert checks.suggested("jembatan rawabambu ambruk semalam") == [bridge]
    assert checks.confirmed("jembatan rawabambu ambruk semalam karena banjir bandang besar sekali") == [
        bridge
    ]


def test_what_is_left_out_of_the_answer_still_counts_as_a_rival(checks: Checks) -> None:
    checks.add(BRIDGE, WATER)
    (match,) = checks.matcher.find(f"Kabar duka: {BRIDGE}, lalu {WATER}", VECTOR, limit=1)
    assert not match.confirmed


def test_a_later_check_is_not_confirmed_for_an_item_that_another_fits_as_well(checks: Checks) -> None:
    (late,) = checks.add(WATER)
    assert checks.looking_back(late, f"Kabar duka: {BRIDGE}, lalu {WATER}") == [True]
    checks.add(BRIDGE)
    assert checks.looking_back(late, f"Kabar duka: {BRIDGE}, lalu {WATER}") == [False]


def _view(text: str) -> ItemView:
    item = Item(
        id=ItemId(new_id()),
        source="kanal-warga",
        source_kind=SourceKind.PUBLIC_CHANNEL,
        platform=Platform.POST,
        url="",
        title="",
        text=text,
        author="",
        published_at=None,
        first_seen_at=datetime(2026, 10, 30, tzinfo=UTC),
        language="id",
        content_hash="",
        revision=1,
        stage=Stage.LINKED,
    )
    return ItemView(item, "Kanal Warga", make_assessment(embedding=VECTOR), frozenset(), False, ())


def _check(claim: str) -> FactCheck:
    return FactCheck(
        id=FactCheckId(new_id()),
        url="https://periksa.example/1",
        publisher="Periksa Arunika",
        claim=claim,
        verdict=Verdict.REFUTED,
        verdict_text="SALAH",
        title="",
        published_at=None,
        source="periksa",
        first_seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        embedding=VECTOR,
    )


def _document(check: FactCheck) -> Document:
    return Document(
        id=str(check.id),
        kind=Kind.FACT_CHECK,
        title="",
        text=check.claim,
        url=check.url,
        source=check.publisher,
        platform="factcheck",
        published_at=check.first_seen_at,
        vector=check.embedding,
    )
