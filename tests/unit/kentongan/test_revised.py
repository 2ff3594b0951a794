"""What a later version changed, found within bounds."""

import time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kentongan.revised import MAX_CHARACTERS, MAX_STEPS, Budget, Difference, compare
from kentongan.variants import Change, Stretch

SAID = st.lists(
    st.sampled_from(["Banjir", "banjir,", "surut", "di", "Arunika.", "12", "\n", "\n\n", "  "]), max_size=40
).map(" ".join)


def words_of(found: Difference, *changes: Change) -> list[str]:
    return [word for s in found.stretches if s.change in changes for word in s.words]


def changed(found: Difference) -> list[tuple[str, Change]]:
    return [(s.text, s.change) for s in found.stretches if s.change is not Change.SAME]


@given(SAID, SAID, st.sampled_from([0, 50, MAX_STEPS]))
def test_the_differences_rebuild_both_versions_whatever_the_budget(old: str, new: str, steps: int) -> None:
    found = compare(old, new, Budget(steps))
    assert words_of(found, Change.SAME, Change.ADDED) == new.split()
    assert words_of(found, Change.SAME, Change.REMOVED) == old.split()
    assert found.changed == (old.split() != new.split())
    assert all(s.words for s in found.stretches)


@given(st.text(), st.text())
def test_any_two_texts_are_compared(old: str, new: str) -> None:
    found = compare(old, new, Budget())
    assert words_of(found, Change.SAME, Change.ADDED) == new.split()


def test_a_changed_figure_a_capital_and_a_mark_are_edits() -> None:
    found = compare("Kerugian Rp1.500 kata Lurah.", "Kerugian Rp15.00 kata lurah!", Budget())
    assert changed(found) == [
        ("Rp1.500", Change.REMOVED),
        ("Rp15.00", Change.ADDED),
        ("Lurah.", Change.REMOVED),
        ("lurah!", Change.ADDED),
    ]


def test_edits_at_both_ends_of_a_long_article_are_told_alone() -> None:
    paragraphs = [f"Paragraf {n} tentang pasar, jembatan dan pelabuhan di Arunika." for n in range(400)]
    later = ["Judul kecil.", *paragraphs[1:-1], paragraphs[-1].replace("jembatan", "terminal")]
    found = compare("\n".join(paragraphs), "\n".join(later), Budget())
    assert changed(found) == [
        (paragraphs[0], Change.REMOVED),
        ("Judul kecil.", Change.ADDED),
        ("jembatan", Change.REMOVED),
        ("terminal", Change.ADDED),
    ]


def test_a_passage_written_anew_is_told_whole() -> None:
    old = "Wali kota mengatakan bahwa jalan itu dan pasar itu ditutup mulai Senin dan seterusnya."
    new = "Hingga kini belum ada keterangan resmi dari siapa pun, dan warga diminta tenang dahulu."
    assert changed(compare(old, new, Budget())) == [(old, Change.REMOVED), (new, Change.ADDED)]


def test_what_lies_beyond_the_bound_is_said_to_be_uncompared() -> None:
    long = "kata " * (MAX_CHARACTERS // 5)
    assert not compare(long, long, Budget()).cut
    assert compare(long, f"{long}lagi", Budget()).cut


def test_hostile_versions_take_no_longer_than_the_budget() -> None:
    random = Random(5)
    pairs = [("a " * 30_000, "a b " * 15_000), ("a\n" * 30_000, "a\nb\n" * 15_000)]
    for known in (50, 300, 1_000, 2_000):
        one = [w for n in range(known) for w in (f"w{n}", f"u{n}")]
        pairs.append((" ".join(["x", *one]), " ".join(w.replace("u", "v") for w in one)))
    few = [random.choice("abcd") for _ in range(280)]
    pairs.append((" ".join(few), " ".join(reversed(few))))
    budget, began = Budget(), time.process_time()
    for old, new in pairs * 3:
        compare(old, new, budget)
    assert time.process_time() - began < 3
    assert compare("x a y", "x b y", Budget(0)).stretches == (
        Stretch(("x",), Change.SAME),
        Stretch(("a",), Change.REMOVED),
        Stretch(("b",), Change.ADDED),
        Stretch(("y",), Change.SAME),
    )
