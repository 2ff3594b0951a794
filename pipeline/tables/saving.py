"""A file that is there whole or not at all: written beside its place, moved there in one step."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from kentongan.errors import BadInput, KentonganError


class CannotSave(KentonganError):
    """The disk is full, the folder gone or not ours: nothing lies under the name."""


@dataclass(frozen=True, slots=True)
class Saved:
    path: Path
    sha256: str  # hex
    size: int  # bytes


def check_place(path: Path, *, force: bool) -> None:
    """Raise BadInput where no file can be put, or one lies that may not be replaced."""
    if not path.parent.is_dir():
        raise BadInput(f"{path}: no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise BadInput(f"{path}: not a file")
    if not force and os.path.lexists(path):
        raise BadInput(f"{path}: is there already; --force replaces it")


def save(
    path: Path,
    chunks: Iterable[bytes],
    *,
    force: bool,
    beside: tuple[Path, Callable[[Saved], bytes]] | None = None,
) -> Saved:
    """Write the file, for its owner's eyes only, and return what was written.

    `beside` is a second file, made of what the first became, and put in place just before it.
    Raises BadInput as `check_place` does, CannotSave for trouble with the disk, and whatever
    `chunks` raises; in each case nothing half-written lies under either name.
    """
    for place in (path, beside[0]) if beside else (path,):
        check_place(place, force=force)
    parts: list[Path] = []
    try:
        saved = _write(path, chunks, parts)
        if beside is not None:
            _write(beside[0], [beside[1](saved)], parts)
            _move(parts[1], beside[0], force=force)
        _move(parts[0], path, force=force)
    except FileExistsError as exc:  # put there by somebody else meanwhile
        raise BadInput(f"{path}: is there already; --force replaces it") from exc
    except OSError as exc:
        raise CannotSave(f"{path}: {exc.strerror or exc}; nothing was saved") from exc
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink()
    return saved


def _write(path: Path, chunks: Iterable[bytes], parts: list[Path]) -> Saved:
    """Write a hidden file beside `path` and add it to `parts`, written or not."""
    handle, name = mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    parts.append(Path(name))
    digest, size = sha256(), 0
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Saved(path, digest.hexdigest(), size)


def _move(part: Path, path: Path, *, force: bool) -> None:
    if force:
        part.replace(path)
        return
    try:
        os.link(part, path)  # unlike a rename, never over what is there
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        check_place(path, force=False)
        part.replace(path)
