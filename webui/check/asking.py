"""From what was sent to what was found. Each check is audited, its text never (R21)."""

from collections.abc import Mapping
from threading import BoundedSemaphore

from werkzeug.datastructures import FileStorage

from pipeline.checking import CheckedText, CheckerUnavailable
from pipeline.given import Given, GivenKind, given_text
from pipeline.reading import read_given_page, read_given_screenshot
from pipeline.screenshots import MAX_IMAGE_BYTES
from webui.check.limits import MAX_CHARACTERS
from webui.check.troubles import Busy, Mistake, NotGiven
from webui.links import without_phones
from webui.parts import the_parts

_MOST_AUDITED = 2_000  # characters of an address
_READING_AT_ONCE = BoundedSemaphore(
    3
)  # pages and pictures: slow sites must not hold every thread of the server


def check(
    fields: Mapping[str, str], picture: FileStorage | None = None, *, by: str
) -> tuple[Given, CheckedText]:
    """Return what was given, as `text`, `url` or a picture, and what was found of it; `by` is who asks.

    Raises CheckerUnavailable, NotGiven, Busy, and what reading a page or picture raises.
    """
    parts = the_parts()
    if parts.checker is None:
        raise CheckerUnavailable("no model is loaded in this process")
    text, url = fields.get("text", "").replace("\r\n", "\n").strip(), fields.get("url", "").strip()
    kind = GivenKind.PAGE if url else GivenKind.TEXT if text else GivenKind.SCREENSHOT
    # Before anything is fetched: who tries addresses leaves a trace too (R21).
    subject = without_phones(url)[:_MOST_AUDITED] or kind.value
    parts.store.audit.add(by, "check", subject, kind=kind.value)
    given = _read(text, url, picture)
    return given, parts.checker(given.text)


def _read(text: str, url: str, picture: FileStorage | None) -> Given:
    raw = picture.read(MAX_IMAGE_BYTES + 1) if picture is not None and picture.filename else b""
    count = sum(map(bool, (text, url, raw)))
    if count != 1:
        raise NotGiven(Mistake.SEVERAL if count else Mistake.NOTHING)
    if len(text) > MAX_CHARACTERS:
        raise NotGiven(Mistake.TOO_LONG)
    if text:
        given = given_text(text)
        if not given.text:
            raise NotGiven(Mistake.NOTHING)
        return given
    if not _READING_AT_ONCE.acquire(blocking=False):
        raise Busy("as many pages and pictures are being read as may be at once")
    try:
        if raw:
            return read_given_screenshot(raw)
        parts = the_parts()
        return read_given_page(url, parts.settings, str(parts.region.time_zone), parts.store.items.sources())
    finally:
        _READING_AT_ONCE.release()
