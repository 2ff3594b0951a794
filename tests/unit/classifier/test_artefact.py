"""An artefact is used only when every file is what its manifest says."""

import json
import shutil
from pathlib import Path

import pytest

from classifier.artefact import (
    CARD,
    DATA_CARD,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    load_artefact,
    read_manifest,
    verify,
)
from classifier.errors import ArtefactDamaged, ArtefactMissing
from classifier.meaning import MEANING
from classifier.probe import PROBE
from kentongan.errors import KentonganError

LARGEST_BYTES = 80_000_000


@pytest.fixture
def copy(tmp_path: Path, model_folder: Path) -> Path:
    """The artefact with a stand-in of the weights that its manifest does not expect."""
    for name in (MANIFEST, TOKENIZER, CARD):
        shutil.copy(model_folder / name, tmp_path / name)
    (tmp_path / WEIGHTS).write_bytes(b"not the weights")
    return tmp_path


def test_the_shipped_artefact_is_what_its_manifest_says(model_folder: Path) -> None:
    manifest = verify(model_folder)
    assert set(manifest.files) == {WEIGHTS, TOKENIZER, CARD, DATA_CARD, PROBE, MEANING}
    assert manifest.licence == "CC-BY-NC-SA-4.0"
    assert sum(path.stat().st_size for path in model_folder.iterdir()) < LARGEST_BYTES


def test_no_pickle_is_in_the_artefact(model_folder: Path) -> None:
    assert {path.suffix for path in model_folder.iterdir()} == {".json", ".safetensors", ".md"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactMissing, match="nowhere"):
        load_artefact(tmp_path / "nowhere")


def test_changed_weights_are_refused_by_name(copy: Path) -> None:
    with pytest.raises(ArtefactDamaged, match=WEIGHTS):
        load_artefact(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / WEIGHTS).unlink()
    with pytest.raises(ArtefactMissing, match=WEIGHTS):
        verify(copy)


def test_a_manifest_that_is_not_json_is_one_clear_line(copy: Path) -> None:
    (copy / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(ArtefactDamaged, match=MANIFEST) as caught:
        read_manifest(copy)
    assert isinstance(caught.value, KentonganError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("field", ["sizes", "files", "thresholds", "scaling", "match", "gate"])
def test_a_missing_field_is_named(copy: Path, field: str) -> None:
    document = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    del document[field]
    (copy / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ArtefactDamaged, match=f"field {field} is missing"):
        read_manifest(copy)


def test_a_manifest_cannot_name_files_outside_its_folder(copy: Path) -> None:
    document = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    document["files"]["../elsewhere"] = "0" * 64
    (copy / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ArtefactDamaged):
        verify(copy)


def test_another_format_is_refused(copy: Path) -> None:
    document = json.loads((copy / MANIFEST).read_text(encoding="utf-8")) | {"format": 99}
    (copy / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ArtefactDamaged, match="format 99"):
        read_manifest(copy)
