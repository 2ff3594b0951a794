"""A model on disk: checked against its manifest before a byte of it is used.

Owns: reading and writing the folder (manifest.json, model.safetensors, tokenizer.json,
MODEL_CARD.md). Leaves the manifest's form to `manifest`. Never a pickle.
"""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.overrides import TorchFunctionMode

from classifier.encode import Encoder
from classifier.errors import ArtefactDamaged, ArtefactMissing
from classifier.manifest import FORMAT, Manifest, parse_manifest
from classifier.meaning import MEANING, PLAIN, Meaning, read_meaning
from classifier.network import TaskModel

DEFAULT_NAME = "kentongan-e5-small-id"
MANIFEST, WEIGHTS, TOKENIZER, CARD = "manifest.json", "model.safetensors", "tokenizer.json", "MODEL_CARD.md"
DATA_CARD = "DATA_CARD.md"
_WORDS = "word_scores.weight"
_OPTIONAL = (DATA_CARD, "probe.safetensors", MEANING)


@dataclass(frozen=True, slots=True)
class Artefact:
    """A model version ready to read texts."""

    manifest: Manifest
    encoder: Encoder
    meaning: Meaning = PLAIN


class _Unfilled(TorchFunctionMode):
    """Leaves the parameters of a module unset while it is built: the file's take their place.

    Drawing random numbers for a module without storage makes torch import its compiler first,
    which takes longer than all else that loading does.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return given["tensor"] if "tensor" in given else args[0]
        return func(*args, **given)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the artefact in `folder`.

    Raises ArtefactMissing when it is not there, ArtefactDamaged when it cannot be read.
    """
    path = folder / MANIFEST
    try:
        return parse_manifest(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as exc:
        raise ArtefactMissing(path) from exc
    except (OSError, ValueError) as exc:
        raise ArtefactDamaged(path, str(exc)) from exc


def verify(folder: Path) -> Manifest:
    """Return the manifest after checking that every file has the hash it states.

    Raises ArtefactMissing or ArtefactDamaged naming the file.
    """
    manifest = read_manifest(folder)
    for name in (WEIGHTS, TOKENIZER, CARD):
        if name not in manifest.files:
            raise ArtefactDamaged(folder / MANIFEST, f"it states no hash of {name}")
    for name, expected in manifest.files.items():
        path = folder / name
        if Path(name).name != name:
            raise ArtefactDamaged(folder / MANIFEST, f"{name} is not a plain file name")
        try:
            found = _digest(path)
        except FileNotFoundError as exc:
            raise ArtefactMissing(path) from exc
        except OSError as exc:
            raise ArtefactDamaged(path, exc.strerror or str(exc)) from exc
        if found != expected:
            raise ArtefactDamaged(path, f"its SHA-256 is {found[:12]}…, the manifest says {expected[:12]}…")
    return manifest


def load_artefact(folder: Path) -> Artefact:
    """Return the verified model in `folder`, weights in float32.

    Raises ArtefactMissing or ArtefactDamaged.
    """
    manifest = verify(folder)
    try:
        with torch.device("meta"), _Unfilled():
            model = TaskModel(manifest.sizes)
        weights = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
        model.load_state_dict(weights, assign=True)
    except (SafetensorError, RuntimeError, OSError) as exc:
        raise ArtefactDamaged(folder / WEIGHTS, str(exc).splitlines()[0]) from exc
    meaning = read_meaning(folder, manifest.sizes.width) if MEANING in manifest.files else PLAIN
    return Artefact(manifest, _read_encoder(model, folder / TOKENIZER), meaning)


def load_trainable(folder: Path) -> tuple[TaskModel, Tokenizer, Manifest]:
    """Return network, tokenizer and manifest of the verified model in `folder`, to train further.

    Raises ArtefactMissing or ArtefactDamaged.
    """
    manifest = verify(folder)
    model = TaskModel(manifest.sizes)
    try:
        weights = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
        weights.setdefault(_WORDS, model.word_scores.weight)  # models before 0.2.0 had no head over words
        model.load_state_dict(weights)
        return model, Tokenizer.from_file(str(folder / TOKENIZER)), manifest
    except Exception as exc:
        raise ArtefactDamaged(folder / WEIGHTS, str(exc).splitlines()[0]) from exc


def _read_encoder(model: TaskModel, path: Path) -> Encoder:
    try:
        return Encoder(model, Tokenizer.from_file(str(path)))
    except Exception as exc:
        raise ArtefactDamaged(path, str(exc)) from exc


def save_artefact(
    folder: Path, manifest: Manifest, model: TaskModel, tokenizer: Tokenizer, card: str
) -> Manifest:
    """Write the artefact into `folder`, weights in float16, and return its manifest with the hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    halves = {
        name: value.detach().to(torch.float16).contiguous() for name, value in model.state_dict().items()
    }
    save_file(halves, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    return save_manifest(folder, manifest, card)


def save_manifest(folder: Path, manifest: Manifest, card: str) -> Manifest:
    """Write card and manifest beside weights that are there already; return it with the hashes."""
    (folder / CARD).write_text(card, encoding="utf-8")
    names = [WEIGHTS, TOKENIZER, CARD, *(name for name in _OPTIONAL if (folder / name).exists())]
    files = {name: _digest(folder / name) for name in names}
    complete = replace(manifest, files=files)
    document = {"format": FORMAT, **asdict(complete)}
    (folder / MANIFEST).write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return complete


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
