"""One kept response of an item: its hash held against what is on disk, and what it says, as text.

Never its markup: no element, image or link of what was kept reaches the page, and nothing is fetched.
What is shown is bounded, whatever was kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template

from crawler.errors import SourceFileError
from crawler.replay import page_text
from crawler.source_file import Selectors
from crawler.source_set import source_named
from crawler.warc import Response
from kentongan.domain import Evidence, Item, ItemId, Platform, Revision, SourceKind
from kentongan.text import mask_personal
from pipeline.replaying import OK, TAKEN_AWAY, Capture, in_parts, read_capture
from webui import sessions
from webui.evidence import wording
from webui.links import without_phones
from webui.marks import fitting
from webui.parts import the_parts

blueprint = Blueprint("evidence", __name__, url_prefix="/bukti", template_folder="templates")

MOST_BYTES = 9 * 1024 * 1024  # of a record, unzipped: the crawler keeps responses of at most 8 MiB
TEXT_BYTES, PAGE_BYTES = 36_000, 24_000  # as they are sent: a page stays under 100 KB
MOST_PARTS = 12  # of one revision that are read together
HEADERS = (
    "content-type", "content-language", "date", "last-modified", "etag", "location", "x-robots-tag", "server"
)  # fmt: skip
"""Those that say what was answered and when; the others are of no use here."""
HEADER_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A capture as a page may show it."""

    address: str  # never a link
    text: str
    text_cut: bool
    page: str  # all that a visitor could read; empty where there is no more, or it may not be shown
    page_cut: bool
    headers: Sequence[tuple[str, str]]
    why_unread: str  # in the reader's words; empty where there is a text, or the bytes are unsound


@blueprint.get("/<uuid:item_id>/<int:part>")
def show(item_id: UUID, part: int) -> str:
    """Show one kept response, counted from 1; 404 where there is none of that number."""
    parts, key = the_parts(), ItemId(item_id)
    view, kept = parts.store.items.view(key), parts.store.items.evidence_of_revisions(key)
    if not 1 <= part <= len(kept):
        abort(404)
    parts.store.audit.add(sessions.current().name, "view evidence", str(item_id), capture=part)
    capture, response = _read(view.item, part, kept)
    return render_template(
        "evidence/capture.html",
        item=view.item,
        source=view.source_title,
        capture=capture,
        shown=_shown(view.item, capture, response),
        total=len(kept),
        wording=wording,
        sound=capture.state == OK,
    )


def _read(item: Item, part: int, kept: Sequence[tuple[int, Evidence]]) -> tuple[Capture, Response | None]:
    """Return one capture, read with the others of its revision where only all of them are its text."""
    revisions, selectors = the_parts().store.items.revisions(item.id), _selectors(item.source)
    capture, response = _capture(item, part, kept, revisions, selectors)
    together = [n for n, (revision, _) in enumerate(kept, 1) if revision == kept[part - 1][0]]
    if capture.text and not capture.revision and 2 <= len(together) <= MOST_PARTS:
        read = [capture if n == part else _capture(item, n, kept, revisions, selectors)[0] for n in together]
        joined = in_parts(item.url, read, [revision for revision, _ in kept], revisions)
        capture = next(one for one in joined if one.number == part)
    return capture, response


def _capture(
    item: Item,
    number: int,
    kept: Sequence[tuple[int, Evidence]],
    revisions: Sequence[Revision],
    selectors: Selectors | None,
) -> tuple[Capture, Response | None]:
    parts = the_parts()
    return read_capture(
        parts.settings.home,
        item,
        number,
        kept[number - 1][1],
        revisions,
        time_zone=str(parts.region.time_zone),
        selectors=selectors,
        most_bytes=MOST_BYTES,
    )


def _selectors(source: str) -> Selectors | None:
    """Return how a source's pages are read; without its file, or with a wrong one, as any page is."""
    own = the_parts().settings.home / "sources"
    try:
        found = source_named(own if own.is_dir() else None, source)
    except SourceFileError:
        return None
    return found.selectors if found else None


def _shown(item: Item, capture: Capture, response: Response | None) -> Shown:
    text, text_cut = fitting(capture.text, TEXT_BYTES)
    page, page_cut = "", False
    if response is not None and _names_nobody(item) and response.status not in TAKEN_AWAY:
        page, page_cut = fitting(page_text(response), PAGE_BYTES)
    return Shown(
        address=mask_personal(without_phones(capture.url)),
        text=text,
        text_cut=text_cut,
        page=page if page != text else "",
        page_cut=page_cut,
        headers=_headers(response),
        why_unread=wording.why_unread(capture) if response is not None and not capture.text else "",
    )


def _names_nobody(item: Item) -> bool:
    """Tell whether the whole page may be shown: around a public post stand the names of who posted."""
    return item.platform is not Platform.POST and item.source_kind is not SourceKind.PUBLIC_CHANNEL


def _headers(response: Response | None) -> list[tuple[str, str]]:
    if response is None:
        return []
    told = {name.lower(): value for name, value in reversed(response.headers)}
    return [(name, mask_personal(told[name])[:HEADER_CHARACTERS]) for name in HEADERS if name in told]
