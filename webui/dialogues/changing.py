"""Writing a dialogue down, amending and withdrawing it. What cannot be kept comes back as it was typed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.dialogues import (
    MAX_REASON_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    MAX_TOPIC_CHARACTERS,
    Body,
    Dialogue,
    DialogueId,
    DialogueKind,
    Told,
)
from kentongan.domain import ClaimId, NarrativeId
from kentongan.errors import BadInput, Conflict, NotFound
from webui import dialogue_words, sessions, times
from webui.access import may
from webui.dialogues.views import blueprint
from webui.parts import the_parts
from webui.places import by_kecamatan, region_places
from webui.trends.asking import sees_aggregates_only
from webui.trends.counting import narratives_shown

Answer = str | Response | tuple[str, int]
_LIMITS = {"topic": MAX_TOPIC_CHARACTERS, "text": MAX_TEXT_CHARACTERS, "reason": MAX_REASON_CHARACTERS}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


@dataclass(slots=True)
class Typed:
    """What stands in the fields of the form, as it was typed."""

    kind: str = DialogueKind.FORUM.value
    held_on: str = ""
    place: str = ""
    bodies: list[str] = field(default_factory=list)
    topic: str = ""
    outcome: str = ""
    follow_up: str = ""
    narratives: list[str] = field(default_factory=list)
    claims: str = ""


@blueprint.get("/baru")
def new() -> str:
    """Show the empty form; an address may name the narrative that it is of."""
    wanted = request.args.get("narasi", "")
    typed = Typed(held_on=times.today().isoformat(), narratives=[wanted] if wanted in _choices() else [])
    return _form(typed)


@blueprint.post("/")
def log() -> Answer:
    """Write a dialogue down."""
    parts, typed = the_parts(), _typed()
    try:
        key = parts.store.dialogues.log(
            sessions.current().id,
            _told(typed, None),
            places=region_places(parts.region.name),
            today=times.today(),
        )
    except (BadInput, NotFound) as exc:
        return _form(typed, problem=_problem(exc)), 422
    flash(gettext("Written down. Telephone numbers, addresses and handles in it are masked."), "notice")
    return redirect(url_for("dialogues.show", dialogue_id=key), 303)


@blueprint.get("/<uuid:dialogue_id>/ubah")
def edit(dialogue_id: UUID) -> str:
    """Show the form with what stands now."""
    dialogue = the_parts().store.dialogues.get(DialogueId(dialogue_id))
    told = dialogue.told
    typed = Typed(
        told.kind.value, told.held_on.isoformat(), told.place, [body.value for body in told.bodies],
        told.topic, told.outcome, told.follow_up, [str(key) for key in told.narratives],
        "\n".join(map(str, told.claims)),
    )  # fmt: skip
    return _form(typed, dialogue)


@blueprint.post("/<uuid:dialogue_id>")
def amend(dialogue_id: UUID) -> Answer:
    """Say it anew, unless it changed since the page was read."""
    parts, typed, key = the_parts(), _typed(), DialogueId(dialogue_id)
    before = parts.store.dialogues.get(key)
    try:
        parts.store.dialogues.amend(
            sessions.current().id, key, _version(), _told(typed, before),
            places=region_places(parts.region.name), today=times.today(),
        )  # fmt: skip
    except Conflict:
        return _form(typed, parts.store.dialogues.get(key), problem=_changed()), 409
    except (BadInput, NotFound) as exc:
        return _form(typed, before, problem=_problem(exc)), 422
    flash(gettext("Amended. What was said before stays in the history."), "notice")
    return redirect(url_for("dialogues.show", dialogue_id=key), 303)


@blueprint.post("/<uuid:dialogue_id>/tarik")
def withdraw(dialogue_id: UUID) -> Answer:
    """Take it back with a reason; it can be amended and counts again then."""
    dialogues, key = the_parts().store.dialogues, DialogueId(dialogue_id)
    try:
        dialogues.withdraw(sessions.current().id, key, _version(), request.form.get("reason", ""))
    except Conflict:
        flash(_changed(), "notice")
    except BadInput as exc:
        flash(_problem(exc), "notice")
    else:
        flash(gettext("Withdrawn. It stays readable, and counts again once it is amended."), "notice")
    return redirect(url_for("dialogues.show", dialogue_id=key), 303)


def _typed() -> Typed:
    form = request.form
    return Typed(
        kind=form.get("kind", ""), held_on=form.get("held_on", ""), place=form.get("place", ""),
        bodies=form.getlist("bodies"), topic=form.get("topic", ""), outcome=form.get("outcome", ""),
        follow_up=form.get("follow_up", ""), narratives=form.getlist("narratives"),
        claims=form.get("claims", ""),
    )  # fmt: skip


def _told(typed: Typed, before: Dialogue | None) -> Told:
    """Return what was typed, with the links of `before` that this person does not see; raises BadInput."""
    try:
        held_on = date.fromisoformat(typed.held_on)
    except ValueError as exc:
        raise BadInput("held_on: is no day") from exc
    try:
        kind = DialogueKind(typed.kind)
    except ValueError as exc:
        raise BadInput("kind: there is no such") from exc
    try:
        bodies = tuple(Body(body) for body in typed.bodies)
    except ValueError as exc:
        raise BadInput("bodies: there is no such") from exc
    choices = _choices(before)
    if any(key not in choices for key in typed.narratives):
        raise BadInput("narratives: there is no such")
    unseen = [key for key in (before.told.narratives if before else ()) if str(key) not in choices]
    narratives = (*(NarrativeId(UUID(key)) for key in typed.narratives), *unseen)
    claims = _claims(typed.claims) if _sees_claims() else (before.told.claims if before else ())
    return Told(
        kind, held_on, typed.place, bodies, typed.topic, typed.outcome, typed.follow_up, narratives, claims
    )


def _claims(raw: str) -> tuple[ClaimId, ...]:
    found = []
    for line in raw.split():
        keys = _UUID.findall(line)
        if not keys:
            raise BadInput("claims: a line names none")
        found.append(ClaimId(UUID(keys[-1])))
    return tuple(found)


def _choices(before: Dialogue | None = None) -> Mapping[str, str]:
    """Return the narratives that this person may link, by id: those of now, and those that are linked."""
    store = the_parts().store
    linked = {str(key) for key in before.told.narratives} if before else set()
    keys: Collection[str]
    if sees_aggregates_only():
        keys = narratives_shown()
    else:
        keys = linked | {str(theme.id) for theme in store.narratives.known() if theme.active}
    named = store.trends.narrative_labels([UUID(key) for key in keys])
    return dict(sorted(named.items(), key=lambda one: (one[0] not in linked, one[1])))


def _form(typed: Typed, dialogue: Dialogue | None = None, problem: str = "") -> str:
    region = the_parts().region.name
    return render_template(
        "dialogues/form.html",
        typed=typed,
        dialogue=dialogue,
        problem=problem,
        say=dialogue_words,
        places=by_kecamatan(region, lambda _: True),
        choices=_choices(dialogue),
        sees_claims=_sees_claims(),
        limits=_LIMITS,
        today=times.today().isoformat(),
    )


def _sees_claims() -> bool:
    return may("claims.show", "GET", sessions.current().role)


def _version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


def _problem(exc: BadInput | NotFound) -> str:
    return dialogue_words.problem(f"{exc.kind}s:" if isinstance(exc, NotFound) else str(exc))


def _changed() -> str:
    return str(
        gettext("It was changed since you opened the page. Yours is not saved yet; look at what stands now.")
    )
