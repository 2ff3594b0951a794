"""The pointer leads to a whole model or says how to mend it; switching is all or nothing."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from classifier.artefact import CARD, MANIFEST, WEIGHTS, read_manifest, save_artefact, verify
from classifier.current import (
    AlreadyLearning,
    LearntModelBroken,
    NothingToRollBack,
    changing_models,
    keep,
    load_current,
    model_before,
    model_folder,
    next_version,
    switch_to,
    switch_to_shipped,
)
from classifier.errors import ArtefactMissing
from classifier.network import Sizes, TaskModel
from kentongan.errors import KentonganError

SIZES = Sizes(4, 8, 1, 2, 8, 8, 1e-12)
TOKENIZER = Tokenizer(WordLevel({"<pad>": 0, "<unk>": 1, "<s>": 2, "</s>": 3}, "<unk>"))
MEND = "kentongan learn --rollback"
Keep = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    with changing_models(folder):  # makes it
        return folder


@pytest.fixture
def shipped(tmp_path: Path, model_folder: Path) -> Path:
    manifest = replace(read_manifest(model_folder), name="kecil", version="1.0.0", sizes=SIZES, training={})
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "DATA_CARD.md").write_text("# data\n", encoding="utf-8")
    save_artefact(folder, manifest, TaskModel(SIZES), TOKENIZER, "# kecil\n")
    return folder


@pytest.fixture
def keep_one(home: Path, shipped: Path) -> Keep:
    """Write a learnt model that came after `before`, and use it."""

    def write(version: str, before: str = "kecil@1.0.0") -> Path:
        manifest = replace(read_manifest(shipped), version=version, training={"learnt": {"before": before}})
        folder = keep(home, shipped, manifest, TaskModel(SIZES), TOKENIZER, "# learnt\n")
        switch_to(home, folder)
        return folder

    return write


def test_without_a_pointer_the_shipped_model_is_used(home: Path, shipped: Path, tmp_path: Path) -> None:
    assert model_folder(home, shipped) == shipped
    assert model_folder(tmp_path / "no home yet", shipped) == shipped
    assert load_current(home, shipped).manifest.title == "kecil@1.0.0"


def test_a_model_learnt_from_an_earlier_version_is_used_no_more(home: Path, shipped: Path) -> None:
    for learnt_from, expected in (("kecil@1.0.0", "kecil@1.0.0+r1"), ("kecil@0.9.0", "kecil@1.0.0")):
        record = {"learnt": {"before": "kecil@1.0.0", "shipped": learnt_from}}
        manifest = replace(read_manifest(shipped), version="1.0.0+r1", training=record)
        shutil.rmtree(home / "models" / "kecil@1.0.0+r1", ignore_errors=True)
        switch_to(home, keep(home, shipped, manifest, TaskModel(SIZES), TOKENIZER, "# learnt\n"))
        assert load_current(home, shipped).manifest.title == expected


def test_a_learnt_model_is_used_whole_from_the_switch_on(home: Path, shipped: Path, keep_one: Keep) -> None:
    folder = keep_one("1.0.0+r1")
    assert folder == home / "models" / "kecil@1.0.0+r1"
    assert (home / "models" / "current").read_text(encoding="utf-8") == "kecil@1.0.0+r1\n"
    assert model_folder(home, shipped) == folder
    assert set(verify(folder).files) == {WEIGHTS, "tokenizer.json", CARD, "DATA_CARD.md"}
    assert load_current(home, shipped).manifest.title == "kecil@1.0.0+r1"
    assert sorted(p.name for p in (home / "models").iterdir() if p.name != ".lock") == [
        "current",
        folder.name,
    ]


def test_keeping_a_model_does_not_use_it(home: Path, shipped: Path) -> None:
    manifest = replace(read_manifest(shipped), version="1.0.0+r1")
    keep(home, shipped, manifest, TaskModel(SIZES), TOKENIZER, "# learnt\n")
    assert model_folder(home, shipped) == shipped


def test_what_a_stopped_run_left_is_swept_away(home: Path, shipped: Path, keep_one: Keep) -> None:
    left = home / "models" / ".kecil@1.0.0+r1.unfinished"
    left.mkdir()
    (left / "rubbish").touch()
    assert not (keep_one("1.0.0+r1") / "rubbish").exists()
    assert not left.exists()


def test_rolling_back_goes_one_model_back_at_a_time(home: Path, shipped: Path, keep_one: Keep) -> None:
    first = keep_one("1.0.0+r1")
    keep_one("1.0.0+r2", before="kecil@1.0.0+r1")
    assert model_before(home, shipped) == first
    switch_to(home, first)
    assert model_before(home, shipped) == shipped
    switch_to_shipped(home)
    assert model_folder(home, shipped) == shipped
    with pytest.raises(NothingToRollBack):
        model_before(home, shipped)


def test_a_damaged_model_before_is_passed_over(home: Path, shipped: Path, keep_one: Keep) -> None:
    (keep_one("1.0.0+r1") / WEIGHTS).write_bytes(b"x")
    keep_one("1.0.0+r2", before="kecil@1.0.0+r1")
    assert model_before(home, shipped) == shipped


@pytest.mark.parametrize("name", ["", "nowhere", "../shipped", "/", ".", "..", "a\0b", "a\nb"])
def test_a_pointer_that_leads_nowhere_names_the_mend(home: Path, shipped: Path, name: str) -> None:
    (home / "models" / "current").write_text(name, encoding="utf-8")
    for look in (model_folder, load_current):
        with pytest.raises(LearntModelBroken, match=MEND) as caught:
            look(home, shipped)
        assert "\n" not in str(caught.value)
    assert model_before(home, shipped) == shipped  # the mend works


def test_bytes_that_are_no_text_are_no_pointer(home: Path, shipped: Path) -> None:
    (home / "models" / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(LearntModelBroken, match=MEND):
        model_folder(home, shipped)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_damaged_learnt_model_names_the_mend(home: Path, shipped: Path, keep_one: Keep, name: str) -> None:
    (keep_one("1.0.0+r1") / name).write_bytes(b"x")
    with pytest.raises(LearntModelBroken, match=MEND) as caught:
        load_current(home, shipped)
    assert name in str(caught.value)
    assert isinstance(caught.value, KentonganError)


def test_a_manifest_that_says_nothing_of_before_leads_to_the_shipped_model(
    home: Path, shipped: Path, keep_one: Keep
) -> None:
    path = keep_one("1.0.0+r1") / MANIFEST
    document = json.loads(path.read_text(encoding="utf-8"))
    wrong: list[dict[str, Any]] = [
        {},
        {"learnt": None},
        {"learnt": {}},
        {"learnt": {"before": "../../shipped"}},
    ]
    for training in wrong:
        path.write_text(json.dumps(document | {"training": training}), encoding="utf-8")
        assert model_before(home, shipped) == shipped


def test_a_damaged_shipped_model_is_not_called_learnt(home: Path, shipped: Path) -> None:
    (shipped / WEIGHTS).unlink()
    with pytest.raises(ArtefactMissing):
        load_current(home, shipped)


def test_versions_of_one_day_are_counted(home: Path, shipped: Path, keep_one: Keep) -> None:
    manifest, today = read_manifest(shipped), date(2026, 11, 25)
    assert next_version(home, manifest, today) == "1.0.0+r20261125-1"
    keep_one("1.0.0+r20261125-1")
    assert next_version(home, manifest, today) == "1.0.0+r20261125-2"


def test_one_process_at_a_time_changes_models(home: Path) -> None:
    with changing_models(home), pytest.raises(AlreadyLearning, match="lock"), changing_models(home):
        pass
    with changing_models(home):  # given back
        pass


def test_the_weights_kept_are_those_learnt(home: Path, shipped: Path) -> None:
    model = TaskModel(SIZES)
    with torch.no_grad():
        model.scores.bias[:] = torch.arange(6)
    manifest = replace(read_manifest(shipped), version="1.0.0+r1")
    switch_to(home, keep(home, shipped, manifest, model, TOKENIZER, "# learnt\n"))
    kept = load_file(model_folder(home, shipped) / WEIGHTS)
    assert kept["scores.bias"].tolist() == [0, 1, 2, 3, 4, 5]
