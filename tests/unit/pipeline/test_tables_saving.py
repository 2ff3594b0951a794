"""A saved file is there whole or not at all."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from kentongan.errors import BadInput
from pipeline.tables.saving import save


def failing() -> Iterator[bytes]:
    yield b"half"
    raise KeyboardInterrupt


def test_what_is_saved_is_what_came_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    saved = save(tmp_path / "a.csv", [b"a", b"bc"], force=False)
    assert saved.path.read_bytes() == b"abc"
    assert (saved.sha256, saved.size) == (sha256(b"abc").hexdigest(), 3)
    assert saved.path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [saved.path]


def test_what_breaks_off_leaves_nothing_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(KeyboardInterrupt):
        save(path, failing(), force=False)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        save(path, failing(), force=True)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(BadInput, match="is there already; --force"):
        save(path, [b"after"], force=False)
    assert path.read_text() == "before"
    save(path, [b"after"], force=True)
    assert path.read_text() == "after"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def meanwhile() -> Iterator[bytes]:
        path.write_text("theirs")
        yield b"ours"

    with pytest.raises(BadInput, match="is there already"):
        save(path, meanwhile(), force=False)
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/a.csv", "folder"])
def test_a_place_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput, match=r"no folder|not a file"):
        save(tmp_path / name, [b"x"], force=True)


def test_the_file_beside_is_made_of_what_the_first_became(tmp_path: Path) -> None:
    beside = tmp_path / "a.meta.json"
    save(tmp_path / "a.jsonl", [b"abc"], force=False, beside=(beside, lambda s: s.sha256.encode()))
    assert beside.read_text() == sha256(b"abc").hexdigest()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "a.meta.json"]
