"""What `evaluate` is told of matching and grouping, item by item."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from kentongan.errors import BadInput
from kentongan.settings import read_settings
from pipeline.evaluation import evaluate_match
from pipeline.evaluation_cluster import ClusterFigures, b_cubed, evaluate_cluster
from pipeline.formats import ItemRecord

CHAIN = "Semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah dicoblos lebih dulu"
OTHER = "Minum air rebusan daun sirsak tiga kali sehari menyembuhkan kanker tanpa operasi"


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor(load_artefact(read_settings({}).model_dir), threads=1)


def test_an_item_without_an_id_is_named_by_its_line(assessor: Assessor) -> None:
    records = [ItemRecord(3, CHAIN, claim_id="c"), ItemRecord(5, OTHER, id="b", claim_id="d")]
    archive = [ItemRecord(1, CHAIN, id="fc", claim_id="c")]

    _, matched = evaluate_match(records, archive, assessor)
    _, grouped = evaluate_cluster(records, assessor)

    assert [row["id"] for row in matched] == [row["id"] for row in grouped] == ["3", "b"]


def test_two_checks_of_one_id_are_refused_by_line(assessor: Assessor) -> None:
    archive = [ItemRecord(1, CHAIN, id="q"), ItemRecord(2, OTHER, id="x"), ItemRecord(4, OTHER, id="q")]

    with pytest.raises(BadInput, match=r"^--archive, line 4: id: 'q' is line 1's too$"):
        evaluate_match([ItemRecord(1, CHAIN)], archive, assessor)


def test_what_only_the_title_says_is_matched_too(assessor: Assessor) -> None:
    archive = [ItemRecord(1, OTHER, id="sirsak", claim_id="d"), ItemRecord(2, CHAIN, id="tps", claim_id="c")]
    records = [ItemRecord(1, "Resep daun sirsak turun-temurun untuk kanker", title=CHAIN, claim_id="c")]

    figures, _ = evaluate_match(records, archive, assessor)

    assert [(found.found_by, found.items) for found in figures] == [("both", 1), ("words", 1), ("meaning", 1)]
    assert figures[0].success_at_1 == 1.0


def test_each_way_of_finding_is_measured_by_what_it_finds_alone(assessor: Assessor) -> None:
    archive = [
        ItemRecord(1, CHAIN, id="tps", claim_id="c"),
        ItemRecord(2, OTHER, id="sirsak", url="https://periksa.example/2"),
        ItemRecord(3, "Wali kota menjual pulau kepada pengusaha asing", id="pulau"),
    ]
    records = [
        ItemRecord(1, CHAIN, claim_id="c"),
        ItemRecord(2, f"Benarkah? {OTHER}", fact_check_url="https://periksa.example/2"),
        ItemRecord(3, "Pasar malam dibuka kembali pekan depan", claim_id="none of the archive"),
    ]

    figures, rows = evaluate_match(records, archive, assessor)

    assert [row["id"] for row in rows] == ["1", "2", "3"]
    for found in figures:
        assert (found.items, found.success_at_1, found.mean_reciprocal_rank) == (2, 1.0, 1.0)
    both, *alone = figures
    assert both.confirmed_precision in (None, 1.0)
    assert [(found.confirmed, found.confirmed_precision) for found in alone] == [(0, None)] * 2


def test_without_a_right_answer_in_the_archive_nothing_is_measured(assessor: Assessor) -> None:
    figures, rows = evaluate_match([ItemRecord(1, CHAIN)], [ItemRecord(1, OTHER, id="x")], assessor)

    assert [(found.items, found.success_at_1, found.confirmed) for found in figures] == [(0, 0.0, 0)] * 3
    assert len(rows) == 1


def test_copies_and_paraphrases_are_one_claim_and_others_are_not(assessor: Assessor) -> None:
    records = [
        ItemRecord(1, CHAIN, id="a", claim_id="c"),
        ItemRecord(2, f"Info dari grup: {CHAIN}", id="b", claim_id="c"),
        ItemRecord(3, OTHER, id="d", claim_id="o"),
        ItemRecord(4, "Harga cabai turun menjelang akhir pekan", id="e"),
    ]

    figures, rows = evaluate_cluster(records, assessor)

    claims = [row["claim_id"] for row in rows]
    assert claims[0] == claims[1]
    assert len(set(claims)) == 3
    assert figures == ClusterFigures(items=3, claims=2, precision=1.0, recall=1.0, f1=1.0)


def test_b_cubed_is_counted_item_by_item() -> None:
    """Bagga and Baldwin: two of three claims are told as one."""
    found = b_cubed(list("aaaaabbccccc"), list("111112222222"))

    assert found.precision == pytest.approx((5 + 2 * 2 / 7 + 5 * 5 / 7) / 12)
    assert found.recall == pytest.approx(1.0)
    assert (found.items, found.claims) == (12, 2)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), min_size=1, max_size=20))
def test_precision_one_way_is_recall_the_other(pairs: list[tuple[str, str]]) -> None:
    gold, told = [g for g, _ in pairs], [f for _, f in pairs]
    one, other = b_cubed(gold, told), b_cubed(told, gold)

    assert (one.precision, one.recall) == pytest.approx((other.recall, other.precision))
    assert one.f1 == pytest.approx(other.f1)
    assert 0 < one.f1 <= 1
    assert one.claims == len(Counter(told))


def test_nothing_labelled_is_no_figure() -> None:
    assert b_cubed([], []) == ClusterFigures(0, 0, 0.0, 0.0, 0.0)
