"""One ZIP with everything about a case, signed, so that it stands when the posts are gone.

Owns: what is in it, and that it is recorded before it is given away. A crash leaves no half file under
the final name. The same case at the same moment gives the same ZIP.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files as resources
from itertools import islice
from pathlib import Path
from string import Template
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kentongan import __version__
from kentongan.domain import ClaimId, ItemId, Review, Revision
from kentongan.errors import BadInput
from kentongan.headline import headline_of
from kentongan.incidents import HandOut
from kentongan.region import Region
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.history import read_history
from kentongan.store.items import ItemView
from pipeline.casefile import names, rows
from pipeline.casefile.attachments import AttachmentLost, Attachments
from pipeline.casefile.captures import CaptureCopier
from pipeline.casefile.custody import CaptureLine, FileLine, ItemLine, Making, Order, chain_of_custody
from pipeline.casefile.packing import Package, digest_of
from pipeline.casefile.reading import CaseView, items_of, read_case
from pipeline.casefile.rows import Address
from pipeline.casefile.signing import fingerprint, public_pem, signing_key
from pipeline.casefile.summary import summary

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds, and how it is known again."""

    hand_out: HandOut
    fingerprint: str  # of the key that signed it
    items: int
    captures: int
    unsound: int  # captures that are missing or not what was kept; the chain of custody names them
    files: int


class Exporter:
    def __init__(self, store: Store, home: Path, region: Region, address: Address) -> None:
        """`address` gives how an address of an item may be written, phone numbers masked."""
        self._store = store
        self._home = home
        self._region = region
        self._address = address

    def to_file(self, number: str, path: Path, order: Order) -> Exported:
        """Write the export of a case where nothing is yet, readable by this user alone.

        Raises BadInput where something is there already or the folder takes nothing, NotFound,
        SigningKeyError.
        """
        if path.exists():
            raise BadInput(f"{path}: is there already; an export never overwrites")
        try:
            handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as exc:
            raise BadInput(f"{path}: {exc.strerror}") from exc
        try:
            with os.fdopen(handle, "w+b") as target:
                made = self.write(number, target, order)
                target.flush()
                os.fsync(target.fileno())
            os.replace(part, path)
        finally:
            with suppress(FileNotFoundError):
                Path(part).unlink()
        return made

    def write(self, number: str, target: IO[bytes], order: Order, at: datetime | None = None) -> Exported:
        """Write the export of a case to a file open for reading and writing, and keep that it was
        handed out. Raises BadInput for an order that cannot be kept, NotFound, SigningKeyError."""
        order, key = order.kept(), signing_key(self._home)
        view = read_case(self._store, number, self._region.time_zone)
        made = (at or now()).astimezone(self._region.time_zone).replace(microsecond=0)
        making = Making(made, f"kentongan {__version__}", fingerprint(key.public_key()))
        package = Package(target, made)
        lines = self._pack(package, view)
        attached = self._pack_files(package, view)
        captures = [capture for one in lines for capture in one.captures]
        number = view.case.incident.number  # as it is written, however it was typed
        warc = names.warc(number) if any(c.offset is not None for c in captures) else ""
        custody = chain_of_custody(view.case, self._region, lines, attached, order, making, warc)
        package.add(names.CUSTODY, json.dumps(custody, ensure_ascii=False, indent=1).encode() + b"\n")
        printed = summary(view, self._region, lines, attached, order, making)
        package.add(names.SUMMARY, printed)
        package.add(names.KEY, public_pem(key.public_key()))
        package.add(names.READ_ME, _read_me(number, making))
        _sign(package, key)
        target.seek(0)
        digest = digest_of(target)
        given = self._store.incidents.hand_out(
            view.case.incident, order.actor, recipient=order.recipient, mandate=order.mandate,
            sha256=digest, size=target.seek(0, os.SEEK_END),
        )  # fmt: skip
        return Exported(
            hand_out=given,
            fingerprint=making.fingerprint,
            items=len(lines),
            captures=len(captures),
            unsound=sum(capture.state != "ok" for capture in captures),
            files=sum(bool(one.place) for one in attached),
        )

    def _pack(self, package: Package, view: CaseView) -> list[ItemLine]:
        """Write items, events, notes and captures; return what the chain of custody says of the items."""
        keys = items_of(self._store, view)
        decisions: dict[ClaimId, tuple[Review, ...]] = {}
        with package.file(names.ITEMS) as sink:
            for one in self._views(keys):
                row = rows.item_row(one, self._reviews(one, decisions), self._earlier(one), self._address)
                sink.write(rows.line(row))
        events = [rows.event_row(event) for event in view.events]
        with package.file(names.EVENTS_CSV) as sink:
            for piece in rows.table(rows.EVENT_COLUMNS, events):
                sink.write(piece)
        package.add(names.EVENTS_JSON, json.dumps(events, ensure_ascii=False, indent=1).encode() + b"\n")
        package.add(names.NOTES, b"".join(rows.line(rows.note_row(note)) for note in view.case.notes))
        warc = names.warc(view.case.incident.number)
        with ExitStack() as stack:
            copier = CaptureCopier(self._home, lambda: stack.enter_context(package.file(warc, packed=True)))
            return [self._item_line(one, view, copier) for one in self._views(keys)]

    def _views(self, keys: list[ItemId]) -> Iterator[ItemView]:
        left = iter(keys)
        while some := list(islice(left, _BATCH)):
            yield from self._store.items.views(some)

    def _reviews(self, one: ItemView, known: dict[ClaimId, tuple[Review, ...]]) -> tuple[Review, ...]:
        claim = one.item.claim_id
        if claim is None:
            return ()
        if claim not in known:
            known[claim] = read_history(self._store.database, claim).reviews
        return known[claim]

    def _earlier(self, one: ItemView) -> list[Revision]:
        known = self._store.items.revisions(one.item.id) if one.item.revision > 1 else []
        return [revision for revision in known if revision.number < one.item.revision]

    def _item_line(self, one: ItemView, view: CaseView, copier: CaptureCopier) -> ItemLine:
        item, part = one.item, view.part_of(one.item.id, one.item.claim_id)
        captures = []
        for revision, evidence in self._store.items.evidence_of_revisions(item.id):
            copied = copier.copy(evidence)
            captures.append(
                CaptureLine(
                    revision, evidence.url, evidence.fetched_at, evidence.sha256,
                    copied.state, copied.problem, copied.offset, copied.payload_offset,
                )
            )  # fmt: skip
        return ItemLine(
            id=str(item.id),
            url=self._address(item.url),
            title=headline_of(item.full_text),
            source=one.source_title,
            first_seen_at=item.first_seen_at,
            added_by=part.added_by if part else "",
            added_at=part.added_at if part else None,
            with_claim=str(part.claim_id) if part and part.claim_id else "",
            captures=tuple(captures),
        )

    def _pack_files(self, package: Package, view: CaseView) -> list[FileLine]:
        kept, lines = Attachments(self._home), []
        for number, file in enumerate(view.case.files, 1):
            place, problem = "", ""
            if file.removed_at is None:
                try:
                    with kept.open(file.sha256) as source:
                        place = names.attachment(number, file.name)
                        package.copy(place, source)
                except AttachmentLost as exc:
                    problem = str(exc)
            lines.append(FileLine(file, place, problem))
        return lines


def _sign(package: Package, key: Ed25519PrivateKey) -> None:
    sums = package.sums()
    package.finish((names.SUMS, sums), (names.SIGNATURE, key.sign(sums)))


def _read_me(number: str, making: Making) -> bytes:
    text = resources("pipeline.casefile").joinpath("baca_saya.txt").read_text(encoding="utf-8")
    told: Mapping[str, str] = {
        "number": number,
        "at": making.at.isoformat(),
        "software": making.software,
        "fingerprint": making.fingerprint,
    }
    return Template(text).substitute(told).encode()
