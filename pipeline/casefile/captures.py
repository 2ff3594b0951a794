"""Copying the captured responses of a case into one WARC file of its own.

Owns: each record copied byte for byte as it was written when it was fetched, each once; and saying of
every capture whether it is there, whole and what was kept. A `revisit` brings the record that holds
its payload along, so that the file stands by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.evidence import FOLDER, read_response
from crawler.warc import EvidenceError, read_record
from kentongan.domain import Evidence
from pipeline.casefile.members import members
from pipeline.casefile.packing import Sink

OK = "ok"


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one capture. Offsets are in the case's WARC file; None where nothing was copied."""

    state: str  # "ok", or the flaw: missing, damaged, different
    problem: str = ""
    offset: int | None = None
    payload_offset: int | None = None  # another than `offset` for a revisit


class CaptureCopier:
    def __init__(self, home: Path, begin: Callable[[], Sink]) -> None:
        """`begin` opens the file to copy to; it is called once there is something to copy."""
        self._home = home
        self._begin = begin
        self._target: Sink | None = None
        self._written = 0
        self._places: dict[tuple[str, int], int] = {}  # file and offset -> offset in the target

    @property
    def records(self) -> int:
        return len(self._places)

    def copy(self, evidence: Evidence) -> Copied:
        """Copy the record of a capture, and that of its payload, where they are sound."""
        try:
            read_response(self._home, evidence)
        except EvidenceError as exc:
            return Copied(exc.flaw.value, str(exc))
        file = Path(evidence.warc_path).name
        record = read_record(self._home / FOLDER / file, evidence.warc_offset, evidence.warc_path)
        lies = record.revisit_of or (file, evidence.warc_offset)
        payload = self._put(*lies)
        return Copied(OK, offset=self._put(file, evidence.warc_offset), payload_offset=payload)

    def _put(self, file: str, offset: int) -> int:
        known = self._places.get((file, offset))
        if known is not None:
            return known
        with (self._home / FOLDER / file).open("rb") as source:
            source.seek(offset)
            raw = next(members(source)).raw
        if self._target is None:
            self._target = self._begin()
        self._target.write(raw)
        self._places[file, offset] = self._written
        self._written += len(raw)
        return self._places[file, offset]
