"""What says the same in other words becomes one claim: with a real record, a real index and the shipped model.

All claims are invented.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from classifier.manifest import UNFITTED
from classifier.match import PairModel, PairModelUnfit
from kentongan.domain import Assessment, ClaimId, ItemId, Platform, SourceKind, Stage
from kentongan.settings import read_settings
from kentongan.store import Store, open_store
from kentongan.store.copies import Traits
from pipeline.linking import Linker
from pipeline.syncing import sync_index
from pipeline.work import group_item, link_item
from search.embedded import EmbeddedIndex
from search.index import IndexNotReady
from tests.factories import claim_of, make_item, make_source

POISONED = (
    "Air PDAM Kota Arunika dicampur merkuri, 40 warga Mekarjaya dilarikan ke rumah sakit",
    "Hati-hati!! air ledeng PDAM Arunika mengandung merkuri, sudah 40 orang warga Mekarjaya masuk rumah sakit",
    "Dengar dari tetangga, 40 orang di Mekarjaya dirawat di rumah sakit gara-gara air PDAM tercampur merkuri",
)
BALLOTS = (
    "Tujuh kontainer surat suara sudah dicoblos ditemukan di pelabuhan Arunika",
    "Di pelabuhan Arunika ada tujuh kontainer isinya surat suara yang telah tercoblos semua",
)
UNRELATED = (
    "Lampu jalan di Mekarjaya padam sejak Senin, warga diminta melapor ke kantor lurah",
    "Wali Kota Arunika membuka pasar malam di pelabuhan, warga diminta menjaga kebersihan",
    "Rumah sakit Arunika menambah 40 tempat tidur untuk pasien demam berdarah",
)
SAME_UTILITY = "Air PDAM Kota Arunika mati selama dua hari karena pipa di Mekarjaya diperbaiki"
PLACES = ("Kota Arunika", "Mekarjaya")
GREETING = "Selamat pagi bapak ibu yang terhormat, salam sejahtera bagi kita semua"


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor(load_artefact(read_settings({}).model_dir), threads=1)


@pytest.fixture(scope="module")
def assessed(assessor: Assessor) -> dict[str, Assessment]:
    texts = [*POISONED, *BALLOTS, *UNRELATED, SAME_UTILITY, GREETING]
    return dict(zip(texts, assessor.assess(texts), strict=True))


class Desk:
    """A record and an index whose items are worked as the service works them."""

    def __init__(self, store: Store, index: EmbeddedIndex, assessor: Assessor) -> None:
        self.store, self.index = store, index
        self.linker = Linker(index, store.items.views, assessor, PLACES)
        self.known: dict[str, Assessment] = {}
        index.prepare()
        store.collector.save_source(make_source("suara", SourceKind.PUBLIC_CHANNEL))

    def post(self, *texts: str) -> list[ItemId]:
        """Put posts into the record and through every stage, together."""
        saved = [
            self.store.collector.save_item(
                make_item(text, "suara", platform=Platform.POST, url=f"https://suara.example/{self._next()}")
            )
            for text in texts
        ]
        self.group()
        self.link()
        return [one.id for one in saved]

    def group(self) -> None:
        keep = self.store.conveyor
        for item in keep.take(Stage.COLLECTED, "w", 99):
            assert keep.save_assessment(item, "w", self.known[item.text])
        for item in keep.take(Stage.ASSESSED, "w", 99):
            assert keep.save_matches(item, "w", ())
        for item in keep.take(Stage.MATCHED, "w", 99):
            assert group_item(self.store, item, "w", Traits())
        sync_index(self.store, self.index)

    def link(self) -> None:
        items = self.store.conveyor.take(Stage.GROUPED, "w", 99)
        for view in self.store.items.views([item.id for item in items]):
            assert link_item(self.store, view, "w", self.linker)
        sync_index(self.store, self.index)

    def claims(self, keys: Sequence[ItemId]) -> list[ClaimId]:
        return [claim_of(self.store, key) for key in keys]

    def found(self, key: ItemId) -> list[ItemId]:
        return self.linker.find(self.store.items.view(key))

    def _next(self) -> int:
        return self.store.items.counts()["items"]


@pytest.fixture
def desk(
    sqlite_url: str, tmp_path: Path, assessor: Assessor, assessed: dict[str, Assessment]
) -> Iterator[Desk]:
    store, index = open_store(sqlite_url), EmbeddedIndex(tmp_path / "index")
    made = Desk(store, index, assessor)
    made.known = dict(assessed)
    yield made
    index.close()
    store.close()


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_paraphrases_become_one_claim_in_whatever_order_they_come(
    desk: Desk, order: Sequence[int], together: bool
) -> None:
    others = desk.post(*UNRELATED)
    texts = [POISONED[n] for n in order]
    same = desk.post(*texts) if together else [key for text in texts for key in desk.post(text)]

    assert len(set(desk.claims(same))) == 1
    assert not set(desk.claims(same)) & set(desk.claims(others))


def test_two_claims_told_in_several_ways_stay_two(desk: Desk) -> None:
    mixed = desk.post(POISONED[0], BALLOTS[0], *UNRELATED, BALLOTS[1], POISONED[1], POISONED[2])

    claims = desk.claims(mixed)

    assert claims[0] == claims[6] == claims[7]
    assert claims[1] == claims[5]
    assert len(set(claims)) == 2 + len(UNRELATED)


def test_what_shares_words_and_says_another_thing_is_not_linked(desk: Desk) -> None:
    keys = desk.post(*UNRELATED, POISONED[0], BALLOTS[0])

    assert len(set(desk.claims(keys))) == len(keys)
    assert [desk.found(key) for key in keys] == [[]] * len(keys)


def test_two_news_of_one_utility_in_one_place_are_two_claims(desk: Desk) -> None:
    keys = desk.post(POISONED[0], SAME_UTILITY)

    assert len(set(desk.claims(keys))) == 2


def test_what_is_in_the_same_claim_already_is_not_looked_for(desk: Desk) -> None:
    keys = desk.post(*POISONED)

    assert [desk.found(key) for key in keys] == [[]] * 3


def test_the_relation_is_the_same_from_either_side(desk: Desk) -> None:
    for text in (POISONED[0], POISONED[1], BALLOTS[0]):
        desk.store.collector.save_item(make_item(text, "suara", platform=Platform.POST))
    desk.group()
    one, other, stranger = list(desk.store.items.all_ids())

    assert (desk.found(one), desk.found(other), desk.found(stranger)) == ([other], [one], [])


@pytest.mark.parametrize("side", [0, 1])
def test_what_another_model_read_is_not_compared(desk: Desk, side: int) -> None:
    text = POISONED[side]
    desk.known[text] = replace(desk.known[text], model="another@9")

    keys = desk.post(POISONED[0], POISONED[1])

    assert len(set(desk.claims(keys))) == 2
    assert [desk.found(key) for key in keys] == [[], []]


def test_what_was_not_read_is_not_compared(desk: Desk) -> None:
    desk.known[POISONED[1]] = replace(desk.known[POISONED[1]], embedding=b"")

    keys = desk.post(POISONED[0], POISONED[1])

    assert len(set(desk.claims(keys))) == 2


@pytest.mark.parametrize("text", [GREETING, "Selamat pagi", "Viralkan!!"])
def test_greetings_are_never_one_claim(desk: Desk, assessor: Assessor, text: str) -> None:
    """People wish each other a good morning: that is nothing anybody claims."""
    desk.known[text] = assessor.assess([text])[0]

    keys = desk.post(text, text, text)

    assert len(set(desk.claims(keys))) == 3


def test_a_greeting_before_a_claim_leaves_it_the_claim_it_is(desk: Desk, assessor: Assessor) -> None:
    greeted = f"{GREETING}. {POISONED[1]}. Terima kasih, wassalamualaikum wr wb."
    desk.known[greeted] = assessor.assess([greeted])[0]

    first, second = desk.post(POISONED[0], greeted)
    assert claim_of(desk.store, first) == claim_of(desk.store, second)

    desk.known[GREETING] = assessor.assess([GREETING])[0]
    (alone,) = desk.post(GREETING)
    assert claim_of(desk.store, alone) != claim_of(desk.store, first)


def test_without_an_index_nothing_is_called_unlike(desk: Desk, tmp_path: Path, assessor: Assessor) -> None:
    (key,) = desk.post(POISONED[0])
    nowhere = EmbeddedIndex(tmp_path / "nowhere")

    with pytest.raises(IndexNotReady):
        Linker(nowhere, desk.store.items.views, assessor).find(desk.store.items.view(key))


def test_a_model_of_other_features_is_refused(desk: Desk, assessor: Assessor) -> None:
    class Older:
        pairs, meaning, model = assessor.pairs, assessor.meaning, assessor.model
        links = PairModel(UNFITTED)

    with pytest.raises(PairModelUnfit):
        Linker(desk.index, desk.store.items.views, Older())
