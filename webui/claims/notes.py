"""Notes on a claim, and the notes in which one is mentioned. Nobody is told but on our own pages.

Leaves what is kept of a note to `kentongan.notes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from kentongan.errors import BadInput
from kentongan.notes import MAX_MENTIONS, MAX_NOTE_CHARACTERS, Note
from webui import sessions
from webui.access import READ
from webui.claims.views import blueprint
from webui.marks import fitting
from webui.parts import the_parts

NOTES_SHOWN, MENTIONS_SHOWN = 5, 50
NOTES_BYTES, MENTIONS_BYTES = 6_000, 50_000  # of all that are shown, as they are sent
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Shown:
    note: Note
    pieces: Sequence[tuple[str, bool]]  # True for a name that is mentioned
    cut: bool


@dataclass(frozen=True, slots=True)
class Panel:
    notes: Sequence[Shown]  # newest first
    limit: int


def panel(notes: Sequence[Note]) -> Panel:
    """Return what the panel of a claim shows of its notes, newest first."""
    return Panel(_within(notes[:NOTES_SHOWN], NOTES_BYTES), MAX_NOTE_CHARACTERS)


@blueprint.post("/<uuid:claim_id>/catatan")
def add_note(claim_id: UUID) -> Response | tuple[str, int]:
    """Keep a note; says what was masked in it and which names mention nobody."""
    store, key = the_parts().store, ClaimId(claim_id)
    typed = request.form.get("note", "").replace("\r\n", "\n").strip()
    try:
        written = store.notes.add(key, sessions.current().id, typed, readers=READ.roles)
    except BadInput:
        page = render_template(
            "claims/note.html",
            claim=store.claims.get(key),
            note=typed,
            trouble=_trouble(typed),
            limit=MAX_NOTE_CHARACTERS,
        )
        return page, 422
    said = [gettext("The note is kept.")]
    if written.masked:
        said.append(gettext("Personal data in it was masked."))
    if written.unknown:
        names = ", ".join(f"@{name}" for name in written.unknown)
        said.append(gettext("Nobody of that name reads claims, so nobody was told: %(names)s.", names=names))
    flash(" ".join(said), "notice")
    return redirect(f"{url_for('claims.show', claim_id=written.note.claim_id)}#notes", 303)


@blueprint.get("/sebutan")
def mentions() -> str:
    """Show the notes that mention who looks, the new ones marked; from then on they are read."""
    store, user = the_parts().store, sessions.current()
    found = store.notes.mentions_of(user.id, MENTIONS_SHOWN)
    shown = _within([mention.note for mention in found], MENTIONS_BYTES)
    pairs = list(zip(found, shown, strict=False))
    store.notes.mark_read(user.id, [mention.note.id for mention, _ in pairs if mention.unread])
    return render_template("claims/mentions.html", mentions=pairs, full=len(found) == MENTIONS_SHOWN)


@blueprint.app_context_processor
def _for_the_pages() -> dict[str, object]:
    return {"note_panel": panel, "unread_mentions": _unread}


def _unread() -> str:
    """Return how many mentions the one who looks has not seen; empty for none."""
    count = the_parts().store.notes.unread(sessions.current().id)
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


def _within(notes: Sequence[Note], most_bytes: int) -> list[Shown]:
    """Return the notes that a page has room for; the first one is cut rather than left out."""
    shown = list[Shown]()
    for note in notes:
        text, cut = fitting(note.plain(), most_bytes)
        if cut and shown:
            break
        most_bytes -= len(text)
        shown.append(Shown(note, [(text, False)] if cut else note.pieces(), cut))
    return shown


def _trouble(typed: str) -> str:
    if not typed:
        return str(gettext("The note says nothing."))
    if len(typed) > MAX_NOTE_CHARACTERS:
        return str(gettext("The note is longer than %(limit)s characters.", limit=MAX_NOTE_CHARACTERS))
    return str(gettext("A note can mention up to %(limit)s people.", limit=MAX_MENTIONS))
