"""Opening a round, once or by a standing order, and stopping one."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.field import Fault, NotTaken
from kentongan.ids import new_id
from kentongan.rounds.rules import deadlines
from kentongan.rounds.values import Clocks, Rhythm, StandingId, Tier
from kentongan.store.database import now
from pipeline.rounds import kelurahan_of, look_at_rounds
from webui import sessions, tiers
from webui.field.wording import Trouble
from webui.parts import read_uuid, the_parts
from webui.places import by_kecamatan
from webui.rounds.views import blueprint
from webui.times import today

USUAL = Clocks(time(10), time(12), time(14))
ONCE = "once"


@blueprint.get("/laporan/putaran/baru")
def begin() -> str:
    return page()


@blueprint.post("/laporan/putaran/")
def open_round() -> Response:
    """Open a round, or begin a standing order, which opens its first by itself."""
    parts, user, form = the_parts(), sessions.current(), request.form
    places = _places()
    if form.get("rhythm", ONCE) != ONCE:
        try:
            rhythm, weekday = Rhythm(form["rhythm"]), int(form.get("weekday", "0"))
        except ValueError as exc:
            raise NotTaken(Fault.BAD_PERIOD, "rhythm") from exc
        listed = (
            () if set(places) == set(kelurahan_of(parts.region)) else places
        )  # new ones join by themselves
        parts.store.rounds.begin_standing(user.name, rhythm, weekday, _clocks(), listed)
        look_at_rounds(parts.store, parts.region, now())
        flash(
            gettext(
                "Rounds open by themselves from now on; where the first deadline is over, from the next day."
            ),
            "notice",
        )
        return redirect(url_for("rounds.overview"), 303)
    since, until = _day("since"), _day("until")
    due = deadlines(until, _clocks(), parts.region.time_zone)
    key = read_uuid(form.get("key", "")) or new_id()
    one = parts.store.rounds.open(user.name, key, since, until, due, places)
    flash(gettext("The round is open: lurah and camat see it on their phones."), "notice")
    return redirect(url_for("rounds.show", round_id=one.id), 303)


@blueprint.post("/laporan/putaran/tetap/<uuid:standing_id>/henti")
def stop(standing_id: UUID) -> Response:
    """Stop a standing order; what is open stays open."""
    the_parts().store.rounds.stop_standing(StandingId(standing_id), sessions.current().name)
    flash(gettext("Stopped: no further round opens by itself. What is open stays open."), "notice")
    return redirect(url_for("rounds.overview"), 303)


def page(trouble: Trouble | None = None) -> str:
    """Return the form that opens a round, filled in."""
    parts, form = the_parts(), request.form
    day = (
        today() + timedelta(days=1)
        if datetime.now(parts.region.time_zone).time() >= USUAL.kelurahan
        else today()
    )
    usual = {
        "since": day.isoformat(),
        "until": day.isoformat(),
        **{f"clock_{tier.value}": f"{getattr(USUAL, tier.value):%H:%M}" for tier in Tier},
    }
    return render_template(
        "rounds/begin.html",
        key=form.get("key") or new_id(),
        typed={name: form.get(name, value) for name, value in usual.items()},
        rhythm=form.get("rhythm", ONCE),
        weekday=form.get("weekday", "4"),
        chosen=set(form.getlist("place")) if form else None,
        places=by_kecamatan(parts.region.name, lambda place: place.is_kelurahan),
        manned=parts.store.rounds.manned(),
        once=ONCE,
        tiers=tiers,
        tier_names=Tier,
        trouble=trouble,
    )


def _places() -> list[str]:
    known = set(kelurahan_of(the_parts().region))
    chosen = [code for code in request.form.getlist("place") if code in known]
    if not chosen:
        raise NotTaken(Fault.NO_KELURAHAN, "place")
    return chosen


def _day(name: str) -> date:
    try:
        day = date.fromisoformat(request.form.get(name, ""))
    except ValueError as exc:
        raise NotTaken(Fault.BAD_PERIOD, name) from exc
    if not 2000 <= day.year <= today().year + 1:
        raise NotTaken(Fault.BAD_PERIOD, name)
    return day


def _clocks() -> Clocks:
    clocks = []
    for tier in Tier:
        try:
            clock = time.fromisoformat(request.form.get(f"clock_{tier.value}", ""))
        except ValueError as exc:
            raise NotTaken(Fault.DEADLINES, f"due_{tier.value}") from exc
        clocks.append(clock.replace(second=0, microsecond=0, tzinfo=None))
    return Clocks(*clocks)
