"""Whether the files of words are as they were written.

Owns: the sums at the end of each file. The library itself looks at no sum and takes what it reads for
true, so bytes that changed on a worn disk could give a wrong answer or end the process; here they are
told first. Leaves what to do about it to the caller.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_END = struct.Struct("<II")  # length of the footer, and a number that every file ends in
_MAGIC = 1337
_PIECE = 1 << 20  # bytes read at a time
_KINDS = ("term", "idx", "pos", "fieldnorm", "fast", "store")


def find_damage(folder: Path, sums: bool) -> str:
    """Return what is missing or cut, in words, and with `sums` what was changed; "" when all is well.

    Reading the sums takes about a second a gigabyte.
    """
    meta = _read_meta(folder)
    while True:
        damage = "" if meta is not None else "meta.json cannot be read"
        damage = damage or next(filter(None, (_damage(path, sums) for path in _files(folder, meta))), "")
        latest = _read_meta(folder)
        if not damage or latest == meta:
            return damage
        meta = latest  # another process has meanwhile put files together, and taken away the old


def _read_meta(folder: Path) -> object:
    try:
        meta: object = json.loads((folder / "meta.json").read_bytes())
        for _ in _files(folder, meta):
            pass
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None
    return meta


def _files(folder: Path, meta: object) -> Iterator[Path]:
    segments = meta.get("segments") if isinstance(meta, dict) else None
    for segment in segments if isinstance(segments, list) else ():
        name = str(segment["segment_id"]).replace("-", "")
        yield from (folder / f"{name}.{kind}" for kind in _KINDS)
        if segment.get("deletes"):
            yield folder / f"{name}.{segment['deletes']['opstamp']}.del"


def _damage(path: Path, sums: bool) -> str:
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            file.seek(max(0, size - _END.size))
            length, magic = _END.unpack(file.read(_END.size))
            body = size - _END.size - length
            if magic != _MAGIC or body < 0:
                return f"{path.name} is cut or of something else"
            file.seek(body)
            footer = json.loads(file.read(length))
            if not sums:
                return ""
            file.seek(0)
            found = 0
            left = body
            while left and (piece := file.read(min(left, _PIECE))):
                found = zlib.crc32(piece, found)
                left -= len(piece)
            return "" if found == footer["crc"] else f"{path.name} is damaged"
    except FileNotFoundError:
        return f"{path.name} is missing"
    except (ValueError, KeyError, TypeError, struct.error):
        return f"{path.name} is cut or of something else"
