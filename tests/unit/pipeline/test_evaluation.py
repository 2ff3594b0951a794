"""What `evaluate` is told of matching and grouping, item by item."""

import pytest

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from kentongan.errors import BadInput
from kentongan.settings import read_settings
from pipeline.evaluation import evaluate_cluster, evaluate_match
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
    _, grouped = evaluate_cluster(records)

    assert [row["id"] for row in matched] == [row["id"] for row in grouped] == ["3", "b"]


def test_two_checks_of_one_id_are_refused_by_line(assessor: Assessor) -> None:
    archive = [ItemRecord(1, CHAIN, id="q"), ItemRecord(2, OTHER, id="x"), ItemRecord(4, OTHER, id="q")]

    with pytest.raises(BadInput, match=r"^--archive, line 4: id: 'q' is line 1's too$"):
        evaluate_match([ItemRecord(1, CHAIN)], archive, assessor)


def test_what_only_the_title_says_is_matched_too(assessor: Assessor) -> None:
    archive = [ItemRecord(1, OTHER, id="sirsak", claim_id="d"), ItemRecord(2, CHAIN, id="tps", claim_id="c")]
    records = [ItemRecord(1, "Resep daun sirsak turun-temurun untuk kanker", title=CHAIN, claim_id="c")]

    figures, _ = evaluate_match(records, archive, assessor)

    assert figures.success_at_1 == 1.0
