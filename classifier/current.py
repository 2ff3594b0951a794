"""Which model is in use: the shipped one, or one that was learnt from the team's reviews.

Owns: the folder of learnt models `<home>/models`, the pointer `current` in it (one line, the
name of a folder beside it; none means the shipped model), and switching it. Leaves what a
model's folder holds to `artefact`, and making one to `train.learn`.

A learnt model has the encoder of the one it came from, so embeddings are the same numbers. All
the same everything is kept by the model's title: after a switch items that come anew are
assessed by the new model, and fact-checks are embedded once more.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import structlog
from filelock import FileLock, Timeout
from tokenizers import Tokenizer

from classifier.artefact import MANIFEST, Artefact, load_artefact, read_manifest, save_artefact, verify
from classifier.errors import ArtefactDamaged, ArtefactMissing, ClassifierError
from classifier.manifest import Manifest
from classifier.network import TaskModel

FOLDER, POINTER, LEARNT = "models", "current", "learnt"
log = structlog.get_logger(__name__)
_MEND = "`kentongan learn --rollback` goes back to the model before it"


class LearntModelBroken(ClassifierError):
    """The pointer names a model that is not there or is damaged; the message names the mend."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"learnt model: {path}: {problem}; {_MEND}")


class NothingToRollBack(ClassifierError):
    """The shipped model is in use: there is none before it."""

    def __init__(self) -> None:
        super().__init__("no learnt model is in use: there is nothing to roll back")


class AlreadyLearning(ClassifierError):
    """Another process is learning or rolling back."""


def model_folder(home: Path, shipped: Path) -> Path:
    """Return the folder of the model in use: the one pointed to, or `shipped` without a pointer.

    A model that was learnt from another one than `shipped` is no longer used: its pair models and its
    calibration are those of that one. Raises LearntModelBroken for a pointer that cannot be followed.
    The files are not checked.
    """
    pointer = home / FOLDER / POINTER
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return shipped
    except (OSError, UnicodeDecodeError) as exc:
        raise LearntModelBroken(pointer, str(exc)) from exc
    if not name.isprintable() or not name or Path(name).name != name:
        raise LearntModelBroken(pointer, "it does not hold the name of a folder beside it")
    folder = pointer.parent / name
    if not (folder / MANIFEST).is_file():
        raise LearntModelBroken(folder, "there is no model")
    if is_outdated(folder, shipped):
        log.warning("learnt_model_outdated", model=name, mend="kentongan learn")
        return shipped
    return folder


def is_outdated(folder: Path, shipped: Path) -> bool:
    """Tell whether the model in `folder` was learnt from another one than `shipped`; a manifest that
    cannot be read is left to whoever loads it."""
    try:
        learnt_from = (read_manifest(folder).training.get(LEARNT) or {}).get("shipped")
        return learnt_from is not None and learnt_from != read_manifest(shipped).title
    except ClassifierError:
        return False


def load_current(home: Path, shipped: Path) -> Artefact:
    """Return the model in use, its files checked.

    Raises LearntModelBroken for a learnt one; ArtefactMissing or ArtefactDamaged for the shipped.
    """
    folder = model_folder(home, shipped)
    if folder == shipped:
        return load_artefact(shipped)
    try:
        return load_artefact(folder)
    except (ArtefactMissing, ArtefactDamaged) as exc:
        raise LearntModelBroken(folder, str(exc)) from exc


def keep(
    home: Path, shipped: Path, manifest: Manifest, model: TaskModel, tokenizer: Tokenizer, card: str
) -> Path:
    """Write a learnt model to a folder of its title and return that; it is not in use yet.

    What else the manifest lists, of the `shipped` model, is copied. The folder appears whole or
    not at all.
    """
    folder = home / FOLDER / manifest.title
    unfinished = folder.with_name(f".{manifest.title}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name in manifest.files:
        shutil.copyfile(shipped / name, unfinished / name)
    save_artefact(unfinished, manifest, model, tokenizer, card)
    for path in unfinished.iterdir():
        _flush(path)
    unfinished.rename(folder)
    return folder


def switch_to(home: Path, folder: Path) -> None:
    """Point to a learnt model, at once and for good: a reader sees the old name or the new."""
    pointer = home / FOLDER / POINTER
    fresh = pointer.with_name(f".{POINTER}.unfinished")
    fresh.write_text(f"{folder.name}\n", encoding="utf-8")
    _flush(fresh)
    fresh.replace(pointer)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def switch_to_shipped(home: Path) -> None:
    """Remove the pointer."""
    (home / FOLDER / POINTER).unlink(missing_ok=True)


def model_before(home: Path, shipped: Path) -> Path:
    """Return the folder of the model that was in use before the present one.

    That is `shipped` for the first learnt model, and wherever the one before is gone or damaged
    or the present one no longer says which it was. Raises NothingToRollBack.
    """
    pointer = home / FOLDER / POINTER
    if not pointer.exists():
        raise NothingToRollBack
    try:
        before = read_manifest(model_folder(home, shipped)).training[LEARNT]["before"]
        folder = pointer.parent / Path(str(before)).name
        verify(folder)
    except (ClassifierError, KeyError, TypeError):
        return shipped
    return folder


def next_version(home: Path, shipped: Manifest, today: date) -> str:
    """Return the version of the next learnt model, as `0.2.0+r20261125-1`; no folder has it yet."""
    number = 1
    while True:
        version = f"{shipped.version}+r{today:%Y%m%d}-{number}"
        if not (home / FOLDER / f"{shipped.name}@{version}").exists():
            return version
        number += 1


@contextmanager
def changing_models(home: Path) -> Iterator[None]:
    """Hold the lock of `<home>/models`, which is made. Raises AlreadyLearning."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as exc:
        raise AlreadyLearning(f"another process changes the models (lock {lock.lock_file})") from exc
    try:
        yield
    finally:
        lock.release()
