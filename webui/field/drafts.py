"""What a reporter typed, read from a form and given back whenever it could not be taken.

Owns: that no text is lost: not to a mistake, not to a limit, not to a session that ended meanwhile. A picture
cannot be given back: browsers do not let a page fill that field in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from kentongan.field import MAX_LINK_CHARACTERS, MAX_REPORT_CHARACTERS, Fault, NotTaken
from kentongan.ids import new_id
from webui import sessions
from webui.field.limits import ROUTES, widen
from webui.parts import read_uuid, the_parts

TRAP = "fax"  # a field that people do not see; programs fill in whatever there is
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a form, as it was typed."""

    key: UUID
    text: str = ""
    link: str = ""
    where: str = ""
    place: str = ""
    seen: str = ""
    finding: str = ""

    @property
    def hidden(self) -> Mapping[str, str]:
        """What goes along unseen where only the text is shown."""
        return {
            "key": str(self.key), "link": self.link, "where": self.where, "place": self.place,
            "seen": self.seen, "finding": self.finding,
        }  # fmt: skip


def read_draft() -> Draft:
    """Return what this request's form says; longer than can be taken is cut a little beyond that."""
    form = request.form
    return Draft(
        key=read_uuid(form.get("key", "")) or new_id(),
        text=form.get("text", "").replace("\r\n", "\n").strip()[: 2 * MAX_REPORT_CHARACTERS],
        link=form.get("link", "").strip()[: MAX_LINK_CHARACTERS + _SHORT],
        where=form.get("where", "")[:_SHORT],
        place=form.get("place", "")[:_SHORT],
        seen=form.get("seen", "")[:_SHORT],
        finding=form.get("finding", "")[:_SHORT],
    )


def check_trap() -> None:
    """Raise NotTaken where the field that people do not see was filled in."""
    if request.form.get(TRAP, ""):
        raise NotTaken(Fault.TRAP, "text")


def read_seen(raw: str) -> datetime | None:
    """Return the moment that a form gives in the region's time; None for none. Raises NotTaken."""
    if not raw:
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as exc:
        raise NotTaken(Fault.BAD_TIME, "seen") from exc
    if moment.tzinfo is not None or not 2000 <= moment.year <= 2200:
        raise NotTaken(Fault.BAD_TIME, "seen")
    return moment.replace(tzinfo=the_parts().region.time_zone)


def from_our_page() -> bool:
    """Tell whether a page of ours sent this form, as every browser says by itself: what another site
    wrote is not put before a reporter to be sent on."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return bool(request.host) and urlsplit(said).netloc == request.host
    except ValueError:
        return False


def keep_drafts(app: Flask) -> None:
    """Answer a form whose session ended meanwhile with what was typed; put it before the gate.

    Nothing is kept or done: the reporter logs in, and sends it again from the same page.
    """

    def give_back() -> tuple[str, int] | None:
        if request.endpoint not in ROUTES or sessions.signed_in() is not None or not from_our_page():
            return None
        widen()
        try:
            draft = read_draft()
        except RequestEntityTooLarge:
            return None
        if not draft.text:
            return None
        return render_template("field/login_again.html", draft=draft, action=request.path), 401

    app.before_request(give_back)
