"""Why something could not be looked at, in the reader's language, and with which status."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext, lazy_gettext

from crawler.fetch_errors import PageNotRead, Refusal
from kentongan.errors import BadInput, KentonganError
from pipeline.checking import CheckerUnavailable
from pipeline.screenshots import MAX_IMAGE_BYTES, MAX_PIXELS, MEND, OcrMissing, PictureNotRead, Unreadable
from webui.check.limits import MAX_CHARACTERS


class Mistake(StrEnum):
    NOTHING = "nothing_given"
    SEVERAL = "several_given"
    TOO_LONG = "text_too_long"
    FORM = "unreadable_request"


class NotGiven(BadInput):
    """What was sent is not one thing to look at."""

    def __init__(self, why: Mistake) -> None:
        super().__init__(why.value)
        self.why = why


class Busy(KentonganError):
    """As many pages and pictures are being read as may be at once."""


class Trouble(NamedTuple):
    code: str  # for programs
    said: str
    status: int


_SAID: Mapping[StrEnum, str] = {
    Mistake.NOTHING: lazy_gettext("Give a text, an address or a screenshot."),
    Mistake.SEVERAL: lazy_gettext("Give only one of them: a text, an address or a screenshot."),
    Mistake.TOO_LONG: lazy_gettext("The text is longer than %(limit)s characters.", limit=MAX_CHARACTERS),
    Mistake.FORM: lazy_gettext("The request cannot be read."),
    Refusal.BAD_ADDRESS: lazy_gettext(
        "Only public http and https addresses are fetched, without a password and on the usual ports."
    ),
    Refusal.INTERNAL: lazy_gettext(
        "This address leads into an internal network. Such addresses are never fetched."
    ),
    Refusal.UNKNOWN_NAME: lazy_gettext("There is no site of this name. Check the address."),
    Refusal.NOT_ALLOWED: lazy_gettext(
        "The site does not allow this page to be read by programs (robots.txt). Copy its text instead."
    ),
    Refusal.FEED_ONLY: lazy_gettext(
        "This outlet permits its feed to be read, not its pages. Copy the article's text instead."
    ),
    Refusal.ROBOTS_UNREACHABLE: lazy_gettext(
        "The site's robots.txt cannot be read, so nothing is fetched from it. Copy the text instead."
    ),
    Refusal.UNREACHABLE: lazy_gettext("The site does not answer as it should. Try again, or copy the text."),
    Refusal.CERTIFICATE: lazy_gettext("The site's certificate is not valid, so nothing of it is read."),
    Refusal.TOO_SLOW: lazy_gettext("The site takes too long. Try again, or copy the text."),
    Refusal.TOO_MANY_REDIRECTS: lazy_gettext("The site passes on from one address to the next without end."),
    Refusal.TOO_LARGE: lazy_gettext("The page is too large. Copy the part that matters."),
    Refusal.NO_PAGE: lazy_gettext("There is no page of text at this address."),
    Refusal.NOT_THERE: lazy_gettext("The site does not give this page. Check the address, or copy the text."),
    Refusal.NO_TEXT: lazy_gettext("Too little text was found on this page. Copy the text instead."),
    Unreadable.TOO_LARGE: lazy_gettext(
        "The picture is larger than %(limit)s MB.", limit=MAX_IMAGE_BYTES // 1024 // 1024
    ),
    Unreadable.TOO_MANY_PIXELS: lazy_gettext(
        "The picture has more than %(limit)s million pixels.", limit=MAX_PIXELS // 1_000_000
    ),
    Unreadable.NO_PICTURE: lazy_gettext("Only PNG, JPEG and WebP pictures are read."),
    Unreadable.BROKEN: lazy_gettext("The picture is damaged or cut short."),
    Unreadable.NO_TEXT: lazy_gettext("No text was found in the picture. Try a sharper one or type the text."),
    Unreadable.TOO_SLOW: lazy_gettext("Reading the picture took too long. Cut out the part that matters."),
}
assert {*Mistake, *Refusal, *Unreadable} == set(_SAID)


def trouble_of(exc: KentonganError) -> Trouble | None:
    """Return what to say of an error, or None when it is not one of a check."""
    match exc:
        case NotGiven() | PageNotRead() | PictureNotRead():
            return Trouble(exc.why.value, str(_SAID[exc.why]), 400)
        case OcrMissing():
            said = gettext(
                "Screenshots cannot be read on this machine. The administrator can mend that with: %(mend)s",
                mend=MEND,
            )
            return Trouble("ocr_missing", said, 503)
        case CheckerUnavailable():
            said = gettext(
                "The model cannot be loaded, so nothing can be looked at now. "
                "The administrator finds out why with: kentongan doctor"
            )
            return Trouble("no_model", said, 503)
        case Busy():
            said = gettext("Several pages and pictures are being read just now. Try again in a moment.")
            return Trouble("busy", said, 503)
    return None


def too_often() -> Trouble:
    return Trouble("too_often", gettext("Too many checks in one minute. Wait a moment, then try again."), 429)
