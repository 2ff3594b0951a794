"""The chain of custody of an export: who put what in, when it was captured, and who took it out.

Owns: its form. It is data for programs; the summary tells people the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kentongan.incidents import MAX_WHY_CHARACTERS, Attachment, CaseFile
from kentongan.region import Region
from kentongan.store.incident_changing import text_of
from kentongan.store.schema import keepable

FORMAT = "kentongan-case/1"


@dataclass(frozen=True, slots=True)
class Order:
    """Who takes an export, for whom, and on what ground."""

    actor: str
    recipient: str = ""
    mandate: str = ""

    def kept(self) -> "Order":
        """Return it as the record will keep it, for the package to say the same; raises BadInput."""
        limit = MAX_WHY_CHARACTERS
        return Order(
            keepable(self.actor),
            text_of("recipient", self.recipient, limit, required=False),
            text_of("mandate", self.mandate, limit, required=False),
        )


@dataclass(frozen=True, slots=True)
class Making:
    """When and by what an export was made."""

    at: datetime  # in the region's zone
    software: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the case, and where it lies in the export; no place where its bytes are lost."""

    file: Attachment
    place: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """A capture of an item, and where its record lies in the export's WARC file."""

    revision: int
    url: str
    captured_at: datetime
    sha256: str
    state: str
    problem: str
    offset: int | None
    payload_offset: int | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    id: str
    url: str  # phone numbers masked; those of the captures are as they were asked for
    title: str
    source: str
    first_seen_at: datetime
    added_by: str
    added_at: datetime | None
    with_claim: str  # the id of the claim it came in with; empty where it was put in itself
    captures: tuple[CaptureLine, ...]


def chain_of_custody(
    case: CaseFile,
    region: Region,
    items: Sequence[ItemLine],
    files: Sequence[FileLine],
    order: Order,
    making: Making,
    warc: str,
) -> dict[str, Any]:
    """Return the whole chain as JSON can hold it; `warc` is the name of the file that offsets are in."""
    incident = case.incident
    return {
        "format": FORMAT,
        "case": {
            "number": incident.number,
            "title": incident.title,
            "state": incident.state.value,
            "opened_by": incident.opened_by,
            "opened_at": incident.opened_at.isoformat(),
            "version": incident.version,
        },
        "region": {"name": region.name, "title": region.title, "code": region.code},
        "export": {
            "by": order.actor,
            "at": making.at.isoformat(),
            "recipient": order.recipient,
            "mandate": order.mandate,
            "software": making.software,
            "key_fingerprint_sha256": making.fingerprint,
        },
        "earlier_exports": [
            {
                "by": given.by,
                "at": given.at.isoformat(),
                "recipient": given.recipient,
                "mandate": given.mandate,
                "sha256": given.sha256,
                "size": given.size,
            }
            for given in case.hand_outs
        ],
        "warc": warc,
        "items": [_item(one) for one in items],
        "files": [_file(one) for one in files],
        "changes": [
            {
                "kind": change.kind.value,
                "part": change.part.value if change.part else None,
                "id": str(change.subject_id) if change.subject_id else None,
                "about": change.about,
                "by": change.by,
                "at": change.at.isoformat(),
                "why": change.why,
            }
            for change in case.changes
        ],
    }


def _item(one: ItemLine) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "source": one.source,
        "first_seen_at": one.first_seen_at.isoformat(),
        "added_by": one.added_by,
        "added_at": one.added_at.isoformat() if one.added_at else None,
        "with_claim": one.with_claim or None,
        "evidence": [
            {
                "revision": capture.revision,
                "url": capture.url,
                "captured_at": capture.captured_at.isoformat(),
                "sha256": capture.sha256,
                "state": capture.state,
                "problem": capture.problem,
                "warc_offset": capture.offset,
                "payload_warc_offset": capture.payload_offset,
            }
            for capture in one.captures
        ],
        "without_evidence": not one.captures,
    }


def _file(one: FileLine) -> Mapping[str, Any]:
    return {
        "place": one.place or None,
        "name": one.file.name,
        "sha256": one.file.sha256,
        "size": one.file.size,
        "added_by": one.file.added_by,
        "added_at": one.file.added_at.isoformat(),
        "removed_at": one.file.removed_at.isoformat() if one.file.removed_at else None,
        "problem": one.problem,
    }
