"""What a set does not know is not taught, and what is kept out is never trained on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from classifier.errors import TrainingDataMissing
from classifier.network import TASKS
from classifier.train.recipe import build_examples, build_pairs
from classifier.train.run import CASES
from classifier.train.sets import read_kept_out, read_rows

Write = Callable[[str, Sequence[dict[str, Any]]], Path]


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
            row(4, "dasar tukang bohong kamu", "hs", labels={"hate_speech": 1, "abusive": 1}),
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


def test_kept_out_texts_are_in_no_example(data: Path) -> None:
    texts = {e.text for e in build_examples(data, CASES, read_kept_out(data), seed=1)}
    assert "Teks emas Arunika dibaca dua orang" not in texts
    assert "Sungai Arunika berubah jadi darah semalam" not in texts
    assert "Air Arunika diracun musuh malam tadi" in texts


def test_unknown_answers_are_masked(data: Path) -> None:
    by_origin = {
        e.origin: dict(zip(TASKS, e.targets, strict=True))
        for e in build_examples(data, CASES, read_kept_out(data), seed=1)
    }
    assert by_origin["silver"]["asserts"] is None
    assert by_origin["narrative"]["black_campaign"] is None
    assert by_origin["hate"]["identity_politics"] is None
    assert by_origin["hate"]["hate"] == 1
    assert by_origin["headline"]["asserts"] == 0


def test_the_same_seed_gives_the_same_examples(data: Path) -> None:
    kept_out = read_kept_out(data)
    assert build_examples(data, CASES, kept_out, seed=5) == build_examples(data, CASES, kept_out, seed=5)


def test_pairs_join_posts_and_claims_of_training_groups_only(data: Path) -> None:
    (pair,) = build_pairs(data, read_kept_out(data), seed=1)
    assert (pair.post, pair.claim) == ("Air Arunika diracun musuh malam tadi", "Air di Arunika beracun")


def test_a_broken_line_is_named(write_set: Write) -> None:
    path = write_set("gold", [row(1, "a", "b"), {"id": "x"}])
    with pytest.raises(TrainingDataMissing, match="line 2"):
        list(read_rows(path))


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataMissing, match="gold"):
        read_kept_out(tmp_path)
