"""The mix file is read strictly: what is wrong is named with its place."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from classifier.errors import TrainingDataMissing
from classifier.train.mix import read_mix
from classifier.train.run import MIX


def written(tmp_path: Path, **changes: Any) -> Path:
    raw = {
        "sets": {"posts": {"path": "posts.jsonl.gz", "licence": "CC0", "role": "train", "knows": ["hoax"]}},
        "readings": "readings.tsv",
        "calibration": "calibration.tsv",
        "portions": [
            {"name": "p", "set": "posts", "teaches": {"hoax": "hoax", "asserts": 1}, "weight": 1, "passes": 5}
        ],
    }
    path = tmp_path / "mix.yaml"
    path.write_text(yaml.safe_dump({**raw, **changes}))
    return path


def portion(**changes: Any) -> list[dict[str, Any]]:
    base = {"name": "p", "set": "posts", "teaches": {"hoax": 1}, "weight": 1, "passes": 5}
    return [{**base, **changes}]


def test_the_mix_that_ships_can_be_read() -> None:
    mix = read_mix(MIX)
    assert mix.readings.exists()
    assert mix.calibration.exists()
    assert all(known.licence for known in mix.sets.values())
    assert mix.sets["gold"].role == "gold"


def test_a_good_file_is_read_as_written(tmp_path: Path) -> None:
    mix = read_mix(written(tmp_path))
    assert mix.portions[0].teaches == {"hoax": "hoax", "asserts": 1}
    assert mix.sets["posts"].knows == ("hoax",)
    assert mix.readings == tmp_path / "readings.tsv"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"portions": portion(weigth=2)}, "portions, number 1: field weigth"),
        ({"portions": portion(set="nowhere")}, "portion p.set"),
        ({"portions": portion(teaches={"truth": 1})}, "portion p.teaches: there is no task 'truth'"),
        ({"portions": portion(teaches={"hoax": 3})}, "portion p.teaches.hoax"),
        ({"portions": portion(windows="last")}, "portion p.windows"),
        ({"portions": portion(passes=0)}, "portion p: passes"),
        ({"portions": [{"name": "p"}]}, "field set is missing"),
        (
            {"sets": {"posts": {"path": "x", "role": "train", "knows": []}}},
            "sets.posts: field licence is missing",
        ),
        ({"sets": {"posts": {"path": "x", "licence": "y", "role": "fun", "knows": []}}}, "sets.posts.role"),
        ({"sets": {"posts": {"path": "x", "licence": "y", "role": "gold", "knows": []}}}, "never trained on"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(TrainingDataMissing, match=named) as caught:
        read_mix(written(tmp_path, **changes))
    assert "mix.yaml" in str(caught.value)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataMissing, match=r"mix\.yaml"):
        read_mix(tmp_path / "mix.yaml")
    (tmp_path / "mix.yaml").write_text("sets: [")
    with pytest.raises(TrainingDataMissing, match=r"mix\.yaml"):
        read_mix(tmp_path / "mix.yaml")
