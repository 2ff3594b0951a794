"""What people read of a kept response."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext

from crawler.warc import Flaw
from pipeline.replaying import OK, TAKEN_AWAY, Capture

STATES: Mapping[str, str] = {
    OK: lazy_gettext("sound: the hash matches what was kept"),
    Flaw.MISSING.value: lazy_gettext("missing: its file is gone or cannot be read"),
    Flaw.DAMAGED.value: lazy_gettext("damaged: there is no whole record at its place"),
    Flaw.DIFFERENT.value: lazy_gettext("not what was kept: the hash or the address does not match"),
}


def why_unread(capture: Capture) -> str:
    """Return why a sound response has no text to show."""
    if capture.http_status in TAKEN_AWAY:
        return str(gettext("The answer was that it is not there any more."))
    return str(gettext("No text of the item was found in what was kept."))


def which_version(capture: Capture) -> str:
    """Return how the text relates to what the record holds of the item."""
    if capture.revision is None:
        return str(gettext("It is not the text of any version in the record."))
    if capture.part:
        return str(gettext("It is a part of the text of version %(number)s.", number=capture.revision))
    return str(gettext("It is the text of version %(number)s, word for word.", number=capture.revision))
