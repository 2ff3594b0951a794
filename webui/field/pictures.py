"""The screenshot that a form brings, read on this machine; a few at once, so that pages stay quick."""

from threading import BoundedSemaphore

from flask import request

from pipeline.field_work import Screenshot, read_field_screenshot
from pipeline.screenshots import MAX_IMAGE_BYTES
from webui.field.wording import PictureBusy

_READING_AT_ONCE = BoundedSemaphore(2)


def read_picture() -> Screenshot | None:
    """Return the screenshot that this request brings, or None.

    Raises PictureNotRead, OcrMissing, PictureBusy.
    """
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        return None
    raw = sent.read(MAX_IMAGE_BYTES + 1)
    if not raw:
        return None
    if not _READING_AT_ONCE.acquire(blocking=False):
        raise PictureBusy("as many pictures are being read as may be at once")
    try:
        return read_field_screenshot(raw)
    finally:
        _READING_AT_ONCE.release()
