"""Handing in what was seen: a text, a screenshot, a link. Nothing on the item tells who it was."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.field import (
    MAX_LINK_CHARACTERS,
    MAX_REPORT_CHARACTERS,
    Fault,
    NewReport,
    NotTaken,
    WhereSeen,
    in_area,
)
from kentongan.gazetteer import Place
from kentongan.ids import new_id
from pipeline.field_work import hand_in as keep_report
from webui import sessions
from webui.field import wording
from webui.field.drafts import TRAP, Draft, check_trap, read_draft, read_seen
from webui.field.pictures import read_picture
from webui.field.views import PICTURES, blueprint
from webui.field.wording import Trouble
from webui.links import without_phones
from webui.parts import the_parts
from webui.places import by_kecamatan


@blueprint.get("/lapor")
def report() -> str:
    places = _places()
    own = [place for area in places.values() for place in area]
    now = datetime.now(UTC).astimezone(the_parts().region.time_zone)
    seen = now.replace(tzinfo=None).isoformat(timespec="minutes")
    return page(Draft(new_id(), place=own[0].code if len(own) == 1 else "", seen=seen))


@blueprint.post("/lapor")
def hand_in() -> Response:
    """Keep a report; what cannot be taken comes back with all that was typed."""
    parts, user, draft = the_parts(), sessions.current(), read_draft()
    check_trap()
    where = _where(draft.where)
    seen_at = read_seen(draft.seen) or datetime.now(UTC)
    new = NewReport(draft.key, draft.place, where, seen_at, draft.text, without_phones(draft.link))
    keep_report(parts.store, parts.settings.home, parts.region, user.id, new, read_picture())
    flash(gettext("Your report was received. Thank you. Your name does not stand on it."), "notice")
    return redirect(url_for("field.overview"), 303)


def page(draft: Draft, trouble: Trouble | None = None) -> str:
    """Return the form, filled in, with what is wrong with it."""
    return render_template(
        "field/report.html",
        draft=draft,
        trouble=trouble,
        trap=TRAP,
        wording=wording,
        places=_places(),
        pictures=PICTURES,
        most=MAX_REPORT_CHARACTERS,
        most_link=MAX_LINK_CHARACTERS,
    )


def _where(raw: str) -> WhereSeen:
    try:
        return WhereSeen(raw)
    except ValueError as exc:
        raise NotTaken(Fault.NO_WHERE, "where") from exc


def _places() -> Mapping[str, Sequence[Place]]:
    """Return the places that the reporter may name, under their kecamatan's names."""
    parts = the_parts()
    own = parts.store.areas.of(sessions.current().id)
    return by_kecamatan(parts.region.name, lambda place: in_area(place.code, own))
