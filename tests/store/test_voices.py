"""Who says it: copies in the press are one voice, posts each their own; on both databases."""

from datetime import timedelta
from itertools import permutations

import pytest

from kentongan.domain import ItemId, Label, SourceKind
from kentongan.store import Store
from kentongan.store.copies import Traits
from kentongan.triage import Sighting, priority
from tests.factories import claim_of, make_user
from tests.grouping import (
    CHAIN,
    NO_TRAITS,
    POSTS,
    PRESS,
    START,
    add,
    add_flagged,
    add_sources,
    cut,
    link,
    row_of,
    said,
    standing,
)


@pytest.fixture(autouse=True)
def _sources(store: Store) -> None:
    add_sources(store)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_copies_in_the_press_are_one_voice_whichever_arrives_first(
    store: Store, order: tuple[int, ...]
) -> None:
    """The one of earliest publication is the original, though it may arrive after its copies."""
    keys = {
        n: add(store, f"{CHAIN[0]} redaksi{n}", PRESS[n], published_at=START + timedelta(hours=n))
        for n in order
    }
    (claim,) = standing(store, *keys.values())
    found = store.claims.get(claim)
    assert (found.item_count, found.source_count, found.voice_count) == (3, 3, 1)
    assert [row_of(store, keys[n]).copy_of for n in range(3)] == [None, keys[0], keys[0]]
    assert {row_of(store, key).voice for key in keys.values()} == {PRESS[0]}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_agency_credited_in_one_copy_is_the_voice_of_all(store: Store, order: tuple[int, ...]) -> None:
    keys = [
        add(
            store,
            f"{CHAIN[0]} redaksi{n}",
            PRESS[n],
            Traits(wire="Antara" if n == 1 else ""),
            published_at=START + timedelta(hours=n),
        )
        for n in order
    ]
    assert {row_of(store, key).voice for key in keys} == {"Antara"}
    assert store.claims.get(claim_of(store, keys[0])).voice_count == 1


@pytest.mark.parametrize("wire", ["", "Antara"])
@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_an_outlets_own_words_stay_its_own_beside_what_others_copy_from_it(
    store: Store, order: tuple[int, ...], wire: str
) -> None:
    """Three copies, one of them perhaps an agency's, and another text of the first outlet."""
    texts = [CHAIN[0], CHAIN[0], CHAIN[0], said(300, 340)]
    keys: dict[int, ItemId] = {}
    for n in order:
        traits = Traits(wire=wire if n == 1 else "")
        at = START + timedelta(hours=n)
        keys[n] = add(store, f"{texts[n]} redaksi{n}", PRESS[n % 3], traits, published_at=at)
        assert link(store, keys[n], *(key for key in keys.values() if key != keys[n]))
    assert [row_of(store, keys[n]).voice for n in range(4)] == [wire or PRESS[0]] * 3 + [PRESS[0]]
    assert store.claims.get(claim_of(store, keys[0])).voice_count == (2 if wire else 1)


def test_two_texts_of_one_agency_are_one_voice_though_no_copies(store: Store) -> None:
    antara = Traits(wire="Antara")
    a, b = add(store, CHAIN[0], "warta", antara), add(store, said(300, 340), "kabar", antara)
    assert link(store, a, b)
    (claim,) = standing(store, a, b)
    assert (store.claims.get(claim).source_count, store.claims.get(claim).voice_count) == (2, 1)
    assert row_of(store, b).copy_of is None


def test_two_outlets_that_say_it_in_their_own_words_are_two_voices(store: Store) -> None:
    a, b = add(store, CHAIN[0], "warta"), add(store, said(300, 340), "kabar")
    assert link(store, a, b)
    (claim,) = standing(store, a, b)
    assert store.claims.get(claim).voice_count == 2


def test_posts_that_pass_a_message_on_are_each_a_voice_of_their_own(store: Store) -> None:
    keys = [add(store, CHAIN[0], name) for name in (*POSTS, "warta")]
    assert [row_of(store, key).voice for key in keys] == [*POSTS, "warta"]
    assert all(row_of(store, key).copy_of is None for key in keys)
    (claim,) = standing(store, *keys)
    assert store.claims.get(claim).voice_count == 4


def test_a_copy_in_another_claim_is_no_original(store: Store) -> None:
    """What people split says its own, though the words are the same."""
    user = make_user(store)
    a, b = add(store, CHAIN[0], "warta"), add(store, CHAIN[1], "kabar")
    cut(store, user, b)
    c = add(store, CHAIN[0], "berita")
    assert claim_of(store, c) == claim_of(store, a)
    assert row_of(store, c).copy_of == a
    assert row_of(store, c).voice == "warta"


def test_a_revision_that_says_another_thing_is_its_sources_own_voice_again(store: Store) -> None:
    add(store, CHAIN[0], "warta", Traits(wire="Antara"))
    copy = add(store, CHAIN[0], "kabar", url="https://kabar.example/1")
    assert row_of(store, copy).voice == "Antara"
    add(store, said(300, 340), "kabar", url="https://kabar.example/1")
    assert (row_of(store, copy).voice, row_of(store, copy).copy_of) == ("kabar", None)


def test_copies_of_one_voice_weigh_less_than_independent_ones(store: Store) -> None:
    def seen(text: str, traits: Traits) -> float:
        keys = [add_flagged(store, text, name, traits) for name in ("warta", "kabar")]
        (claim,) = standing(store, *keys)
        return store.claims.get(claim).priority

    copied = seen(CHAIN[0], NO_TRAITS)
    two = [add_flagged(store, said(300 + 100 * n, 340 + 100 * n), PRESS[n]) for n in range(2)]
    link(store, *two)
    independent = store.claims.get(claim_of(store, two[0])).priority

    hoax = frozenset({Label.HOAX})
    one = Sighting("warta", SourceKind.PRESS, hoax, False, "warta", 1)
    assert copied == pytest.approx(priority(0.9, [Sighting("warta", SourceKind.PRESS, hoax, False, "w", 2)]))
    assert independent == pytest.approx(
        priority(0.9, [one, Sighting("kabar", SourceKind.PRESS, hoax, False, "kabar", 1)])
    )
    assert copied < independent
