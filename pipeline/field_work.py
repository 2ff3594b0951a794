"""What comes in from the field, brought into the record: text, and a screenshot that is read and put away.

Owns: drawing a screenshot anew, keeping it under its hash, and the source that all field reports share. A
picture in which no text can be read is not taken, so that no photograph of a person is ever kept; one that is
kept is never shown, only the text that was read in it (R6, R8).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from PIL import Image

from kentongan.domain import UserId
from kentongan.field import (
    FIELD_SOURCE,
    Answer,
    Finding,
    NewReport,
    Picture,
    ReportId,
    RequestId,
    field_source,
    masked,
)
from kentongan.region import Region
from kentongan.store import Store
from pipeline.casefile.attachments import Attachments
from pipeline.screenshots import decode, read_screenshot

FOLDER = "field-pictures"
_LONGEST_SIDE = 2_400  # pixels: a phone's screen, legible
_QUALITY = 80
_NAME = "tangkapan.webp"


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A screenshot that was read: what the record says of it, and its bytes, drawn anew."""

    picture: Picture
    content: bytes


def read_field_screenshot(raw: bytes) -> Screenshot:
    """Return a screenshot as it may be kept. Raises PictureNotRead, also for one without text; OcrMissing."""
    text = masked(read_screenshot(raw))
    content = redraw(raw)
    return Screenshot(Picture(sha256(content).hexdigest(), len(content), text), content)


def redraw(raw: bytes) -> bytes:
    """Return the picture as a WebP of our own making: its pixels and nothing else, no EXIF, no colour
    profile, no thumbnail, nothing behind its end. Raises PictureNotRead."""
    out = io.BytesIO()
    decode(raw, _plain).save(out, "WEBP", quality=_QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Return the pixels alone, on white, no larger than is needed to read them."""
    coloured = picture.convert("RGBA")
    coloured.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    plain = Image.new("RGB", coloured.size, "white")
    plain.paste(coloured, mask=coloured.getchannel("A"))
    return plain


def hand_in(
    store: Store, home: Path, region: Region, user_id: UserId, report: NewReport, shot: Screenshot | None
) -> ReportId:
    """Keep a report and its screenshot's bytes in the same moment; raises as `field_reports.hand_in` does."""
    if all(source.name != FIELD_SOURCE for source in store.items.sources()):
        store.collector.save_source(field_source(region.name, region.time_zone.key))
    report = replace(report, picture=shot.picture if shot else None)
    return store.field_reports.hand_in(user_id, report, keep=_keeper(home, shot))


def answer(
    store: Store,
    home: Path,
    user_id: UserId,
    key: RequestId,
    finding: Finding,
    text: str,
    seen_at: datetime | None,
    shot: Screenshot | None,
) -> Answer:
    """Keep an answer, and its screenshot's bytes in the same moment; raises as `requests.answer` does."""
    return store.requests.answer(
        key, user_id, finding, text,
        seen_at=seen_at, picture=shot.picture if shot else None, keep=_keeper(home, shot),
    )  # fmt: skip


def _keeper(home: Path, shot: Screenshot | None) -> Callable[[], None]:
    def keep() -> None:
        if shot is not None:
            Attachments(home, FOLDER).keep(io.BytesIO(shot.content), _NAME)

    return keep
