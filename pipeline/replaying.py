"""The kept responses behind one item, as they are found today: read offline, held to their hash, as text.

Owns: what is told of each, and that what was kept for one revision in several parts belongs together.
Leaves reading files to `crawler.evidence`, finding the text in them to `crawler.replay`, showing to those
who ask. Bytes that are not what was kept are never read as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.errors import CrawlError
from crawler.evidence import read_response
from crawler.part_address import place_of
from crawler.replay import Replayed, join_replayed, replay
from crawler.source_file import Selectors
from crawler.warc import MAX_RECORD_BYTES, EvidenceError, Response
from kentongan.domain import Evidence, Item, Revision

OK = "ok"
TAKEN_AWAY = (404, 410)


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept response as it is found today."""

    number: int  # from 1, oldest first
    url: str
    fetched_at: datetime
    sha256: str
    warc_path: str
    warc_offset: int
    state: str  # "ok", or the flaw: missing, damaged, different
    problem: str  # '' when ok
    http_status: int | None
    bytes: int | None  # of the payload
    title: str
    text: str  # as extraction reads it today, personal data masked
    unread: str  # why there is no text though the bytes are sound
    revision: int | None  # of the item, with the very same text
    part: bool = False  # of a revision that was read in several parts


def read_capture(
    home: Path,
    item: Item,
    number: int,
    proof: Evidence,
    revisions: Sequence[Revision],
    *,
    time_zone: str,
    selectors: Selectors | None = None,
    most_bytes: int = MAX_RECORD_BYTES,
) -> tuple[Capture, Response | None]:
    """Return what is found of one kept response, and the response where its bytes are sound.

    A record of more than `most_bytes`, unzipped, counts as damaged: it is read no further.
    """
    state, problem, title, text, unread = OK, "", "", "", ""
    response = None
    try:
        response = read_response(home, proof, most_bytes)
    except EvidenceError as exc:
        state, problem = exc.flaw.value, str(exc)
    if response is not None and response.status in TAKEN_AWAY:
        unread = "the answer that it is not there any more"
    elif response is not None:
        try:
            found = replay(response, proof.url, item_url=item.url, time_zone=time_zone, selectors=selectors)
            title, text = found.title, found.text
        except CrawlError as exc:
            unread = str(exc)
    capture = Capture(
        number=number,
        url=proof.url,
        fetched_at=proof.fetched_at,
        sha256=proof.sha256,
        warc_path=proof.warc_path,
        warc_offset=proof.warc_offset,
        state=state,
        problem=problem,
        http_status=response.status if response else None,
        bytes=len(response.payload) if response else None,
        title=title,
        text=text,
        unread=unread,
        revision=next((r.number for r in revisions if text and r.text == text), None),
    )
    return capture, response


def in_parts(
    url: str, captures: Sequence[Capture], of: Sequence[int], revisions: Sequence[Revision]
) -> Sequence[Capture]:
    """Return the captures, those marked that are only together the text of their revision.

    `url` is the item's; `of` are the revisions' numbers, by the captures' numbers.
    """
    made = list(captures)
    for revision in revisions:
        parts = [
            n
            for n, c in enumerate(made)
            if of[c.number - 1] == revision.number and c.text and place_of(c.url, url) is not None
        ]
        if len(parts) < 2 or any(made[n].revision for n in parts):
            continue
        joined = join_replayed([Replayed(made[n].title, made[n].text) for n in parts])
        if joined.text == revision.text:
            for n in parts:
                made[n] = replace(made[n], revision=revision.number, part=True)
    return made
