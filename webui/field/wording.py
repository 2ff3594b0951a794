"""What people read of field work: short words, as they are said at a kelurahan's counter."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext, lazy_gettext
from flask_limiter import RateLimitExceeded

from kentongan.errors import KentonganError
from kentongan.field import (
    MAX_LINKS,
    MAX_OPEN_REQUESTS,
    MAX_REPORTS_A_DAY,
    MIN_WORDS,
    OLDEST,
    Fault,
    Finding,
    NotTaken,
    RequestState,
    WhereSeen,
)
from kentongan.rounds.rules import LEAST_TIME, MAX_DAYS
from pipeline.screenshots import OcrMissing, PictureNotRead, Unreadable
from webui.check.troubles import trouble_of as picture_trouble

FINDINGS: Mapping[Finding, str] = {
    Finding.TRUE: lazy_gettext("True"),
    Finding.NOT_TRUE: lazy_gettext("Not true"),
    Finding.UNKNOWN: lazy_gettext("I do not know"),
}
STATES: Mapping[RequestState, str] = {
    RequestState.OPEN: lazy_gettext("waiting for an answer"),
    RequestState.ANSWERED: lazy_gettext("answered"),
    RequestState.EXPIRED: lazy_gettext("past its time"),
    RequestState.WITHDRAWN: lazy_gettext("taken back"),
}
WHERE: Mapping[WhereSeen, str] = {
    WhereSeen.GROUP_CHAT: lazy_gettext("chat group (WhatsApp, Telegram)"),
    WhereSeen.PRIVATE_CHAT: lazy_gettext("private message"),
    WhereSeen.SOCIAL_MEDIA: lazy_gettext("social media (Facebook, TikTok, others)"),
    WhereSeen.PRINTED: lazy_gettext("leaflet, banner or letter"),
    WhereSeen.SPOKEN: lazy_gettext("told by people"),
    WhereSeen.OTHER: lazy_gettext("somewhere else"),
}
FAULTS: Mapping[Fault, str] = {
    Fault.NOTHING: lazy_gettext("Write what you saw, or choose a screenshot."),
    Fault.TOO_SHORT: lazy_gettext("Write at least %(count)s words about what you saw.", count=MIN_WORDS),
    Fault.TOO_LONG: lazy_gettext("The text is too long. Keep the part that matters."),
    Fault.LINK_ALONE: lazy_gettext("Links are not opened by us: write in one sentence what it says."),
    Fault.BAD_LINK: lazy_gettext("This is not a public address. It looks like https://example.com/page."),
    Fault.INVITATION: lazy_gettext(
        "This link invites into a closed group. Leave it out: we do not keep which group it was."
    ),
    Fault.MANY_LINKS: lazy_gettext("There are more than %(count)s links in the text.", count=MAX_LINKS),
    Fault.SAME_AGAIN: lazy_gettext(
        "You have sent this text already in the last seven days. It was received."
    ),
    Fault.TOO_MANY: lazy_gettext(
        "You have sent as many as are taken in one day (%(count)s reports). In an emergency call your "
        "kecamatan.",
        count=MAX_REPORTS_A_DAY,
    ),
    Fault.NOT_YOUR_PLACE: lazy_gettext("Choose a place of your own area."),
    Fault.NO_WHERE: lazy_gettext("Choose where you saw it."),
    Fault.NO_FINDING: lazy_gettext("Choose one: true, not true, or I do not know."),
    Fault.NO_GROUND: lazy_gettext("Write how you know it, for example: I went there at nine o'clock."),
    Fault.BAD_TIME: lazy_gettext("The time cannot be read. Choose day and hour again."),
    Fault.FUTURE: lazy_gettext("The time lies in the future. Choose when you saw it."),
    Fault.TOO_OLD: lazy_gettext("The time lies more than %(count)s days back.", count=OLDEST.days),
    Fault.TRAP: lazy_gettext(
        "A hidden field was filled in by a program. It is empty now: send it once more."
    ),
    Fault.MISSING: lazy_gettext("This must not be empty."),
    Fault.NO_PLACE: lazy_gettext("Choose a place."),
    Fault.ASKED_ALREADY: lazy_gettext("This place is being asked about this claim already."),
    Fault.MANY_REQUESTS: lazy_gettext(
        "A claim has %(count)s open requests at most. Take one back first.", count=MAX_OPEN_REQUESTS
    ),
    Fault.BAD_DEADLINE: lazy_gettext("Choose until when an answer is needed."),
    Fault.NO_SITUATION: lazy_gettext(
        "Choose one: safe, or something notable. For nothing at all press “Nihil”."
    ),
    Fault.NO_FACT: lazy_gettext("Write what happened, in one sentence."),
    Fault.WHO_ACCOUNT: lazy_gettext(
        "Write who by role, for example: residents, polling staff. Never an account or its address."
    ),
    Fault.MANY_VERSIONS: lazy_gettext("This form was changed as often as it can be. Call your kecamatan."),
    Fault.WAITING: lazy_gettext(
        "Some kelurahan have sent theirs and you have not read it yet: take each in, or send it back."
    ),
    Fault.DEADLINES: lazy_gettext(
        "The deadlines must follow one another by at least %(count)s minutes, and the first lie ahead.",
        count=LEAST_TIME.seconds // 60,
    ),
    Fault.BAD_PERIOD: lazy_gettext(
        "The period must end after it begins, and have at most %(count)s days.", count=MAX_DAYS
    ),
    Fault.SAME_ROUND: lazy_gettext(
        "Some of these kelurahan have such a round already. Nothing was opened twice."
    ),
    Fault.NO_KELURAHAN: lazy_gettext("Choose at least one kelurahan."),
}
assert set(FAULTS) == set(Fault)


class Trouble(NamedTuple):
    said: str
    status: int
    field: str = ""  # of the form


def trouble_of(exc: Exception) -> Trouble | None:
    """Return what to say of something that was not taken, or None when it is another error."""
    match exc:
        case NotTaken():
            return Trouble(str(FAULTS[exc.fault]), 422, exc.field)
        case PictureNotRead() if exc.why is Unreadable.NO_TEXT:
            said = gettext(
                "No text was found in the picture. Only screenshots with text are taken, photographs are not "
                "kept. Choose a sharper one, or send it without."
            )
            return Trouble(said, 422, "picture")
        case PictureNotRead():
            found = picture_trouble(exc)
            assert found is not None
            return Trouble(found.said, 422, "picture")
        case OcrMissing():
            said = gettext(
                "Screenshots cannot be read here at present. Write what it says and send it without."
            )
            return Trouble(said, 503, "picture")
        case PictureBusy():
            said = gettext("Several pictures are being read just now. Send it again in a moment.")
            return Trouble(said, 503, "picture")
        case RateLimitExceeded():
            return Trouble(gettext("Too much at once. Wait ten minutes, then send it again."), 429)
    return None


class PictureBusy(KentonganError):
    """As many pictures are being read as may be at once."""
