"""What a set does not know is not taught, and what is kept out is never trained on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from classifier.errors import TrainingDataMissing
from classifier.train.mix import TAUGHT, Mix, read_mix
from classifier.train.recipe import Example, build_examples, build_pairs
from classifier.train.run import CASES, MIX
from classifier.train.sets import read_kept_out, read_readings, read_rows

Write = Callable[[str, Sequence[dict[str, Any]]], Path]


READINGS = "# id, what was read\nhs:4\ta 0 0 1 3\ntbh_a:9\tu 1 0 0 1\n"


def row(number: int, text: str, dataset: str, split: str = "train", **more: Any) -> dict[str, Any]:
    return {"id": f"{dataset}:{number}", "text": text, "dataset": dataset, "split": split, **more}


@pytest.fixture
def data(write_set: Write) -> Path:
    hoax = {"hoax": 1}
    write_set("gold", [row(1, "Teks emas Arunika dibaca dua orang", "emas")])
    write_set(
        "silver",
        [
            row(
                1,
                "Jembatan Arunika dijual ke orang asing kemarin",
                "perak",
                stance="unclear",
                confidence=1,
                labels=hoax,
            ),
            row(
                2, "Teks emas Arunika dibaca dua orang", "perak", stance="asserts", confidence=3, labels=hoax
            ),
        ],
    )
    write_set(
        "posts",
        [
            row(1, "Air Arunika diracun musuh malam tadi", "tbh_a", labels=hoax, group_id="g1"),
            row(2, "Sungai Arunika berubah jadi darah semalam", "tbh_a", "dev", labels=hoax, group_id="g2"),
            row(3, "aduh lapar sekali siang ini", "indolem_tweets"),
            row(8, "hujan terus dari tadi pagi", "indolem_tweets"),
            row(4, "dasar tukang bohong kamu semua", "hs", labels={"hate_speech": 1, "abusive": 1}),
            row(5, "dasar pembohong besar kamu itu", "hs", labels={"hate_speech": 1, "abusive": 1}),
            row(9, "Katanya jembatan Arunika hanyut semalam", "tbh_a", labels=hoax),
        ],
    )
    write_set("claims", [row(1, "Air di Arunika beracun", "c", labels=hoax, group_id="g1")])
    write_set("news", [row(1, "Camat Arunika meresmikan jembatan baru di hadapan para warga.", "n")])
    write_set("headlines", [row(1, "Camat Ingatkan Warga soal Hoaks", "h")])
    return write_set(
        "factcheck_articles",
        [
            row(
                1,
                "Faktanya air tidak beracun. Klaim itu keliru menurut PDAM Arunika.",
                "f",
                "claim_index",
                date="2024-01",
            )
        ],
    ).parent


@pytest.fixture
def mix(tmp_path: Path) -> Mix:
    (tmp_path / "readings.tsv").write_text(READINGS)
    (tmp_path / "calibration.tsv").write_text("# held out\nindolem_tweets:8\ta 0 0 0 3\n")
    (tmp_path / "mix.yaml").write_text(MIX.read_text())
    return read_mix(tmp_path / "mix.yaml")


def examples_of(data: Path, mix: Mix, seed: int = 1) -> list[Example]:
    return build_examples(data, mix, CASES, read_kept_out(data, mix), seed)


def test_kept_out_texts_are_in_no_example(data: Path, mix: Mix) -> None:
    texts = {e.text for e in examples_of(data, mix)}
    assert "Teks emas Arunika dibaca dua orang" not in texts
    assert "Sungai Arunika berubah jadi darah semalam" not in texts
    assert "Air Arunika diracun musuh malam tadi" in texts
    assert "aduh lapar sekali siang ini" in texts
    assert "hujan terus dari tadi pagi" not in texts  # calibration is fitted on it


def test_unknown_answers_are_masked(data: Path, mix: Mix) -> None:
    by_origin = {e.origin: dict(zip(TAUGHT, e.targets, strict=True)) for e in examples_of(data, mix)}
    assert by_origin["silver"]["asserts"] is None
    assert by_origin["narrative"]["black_campaign"] is None
    assert by_origin["narrative"]["hoax"] is None  # the fact-checker's word is not a reader's
    assert by_origin["narrative"]["narrative"] == 1
    assert by_origin["hate"]["identity_politics"] is None
    assert by_origin["hate"]["hate"] == 1
    assert (by_origin["headline"]["asserts"] or 0) < 0.1


def test_what_was_read_by_this_project_teaches_what_was_read(data: Path, mix: Mix) -> None:
    read = {
        e.text: dict(zip(TAUGHT, e.targets, strict=True))
        for e in examples_of(data, mix)
        if e.origin == "reading"
    }

    assert read["dasar tukang bohong kamu semua"]["identity_politics"] == 1
    assert read["dasar tukang bohong kamu semua"]["asserts"] == 1
    assert read["Katanya jembatan Arunika hanyut semalam"]["asserts"] is None
    assert len(read) == 2


def test_a_text_that_was_read_closely_is_in_no_weak_portion(data: Path, mix: Mix) -> None:
    weak = {e.text for e in examples_of(data, mix) if e.origin in ("hate", "narrative")}
    assert "dasar pembohong besar kamu itu" in weak
    assert not weak & {"dasar tukang bohong kamu semua", "Katanya jembatan Arunika hanyut semalam"}


def test_a_label_that_a_set_should_not_know_is_named(data: Path, mix: Mix, write_set: Write) -> None:
    write_set("news", [row(1, "Camat Arunika meresmikan jembatan", "n", labels={"mood": 1})])
    with pytest.raises(TrainingDataMissing, match="label mood"):
        examples_of(data, mix)


def test_a_broken_reading_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.tsv").write_text("# head\nposts:1\ta 2 0 0 3\n")
    with pytest.raises(TrainingDataMissing, match="line 2"):
        read_readings(tmp_path / "r.tsv")


def test_the_same_seed_gives_the_same_examples(data: Path, mix: Mix) -> None:
    assert examples_of(data, mix, 5) == examples_of(data, mix, 5)


def test_pairs_join_posts_and_claims_of_training_groups_only(data: Path, mix: Mix) -> None:
    (pair,) = build_pairs(data, mix, read_kept_out(data, mix), seed=1)
    assert (pair.post, pair.claim) == ("Air Arunika diracun musuh malam tadi", "Air di Arunika beracun")


def test_a_broken_line_is_named(write_set: Write) -> None:
    path = write_set("gold", [row(1, "a", "b"), {"id": "x"}])
    with pytest.raises(TrainingDataMissing, match="line 2"):
        list(read_rows(path))


def test_a_missing_set_is_named(tmp_path: Path, mix: Mix) -> None:
    with pytest.raises(TrainingDataMissing, match="posts"):
        read_kept_out(tmp_path, mix)
