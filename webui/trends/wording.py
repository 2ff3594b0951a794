"""How trends are said: rows, movements and sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from kentongan.domain import Label, Platform, SourceKind
from kentongan.trends.stages import StageMean
from kentongan.trends.tables import Compared, Row, Table
from kentongan.trends.values import Dimension, Movement, Point, State
from webui import words
from webui.parts import the_parts
from webui.places import region_places
from webui.sources.wording import KINDS

DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.LABEL: lazy_gettext("Label"),
    Dimension.NARRATIVE: lazy_gettext("Narrative"),
    Dimension.PLACE: lazy_gettext("Kecamatan"),
    Dimension.SOURCE_KIND: lazy_gettext("Kind of source"),
    Dimension.PLATFORM: lazy_gettext("Platform"),
}
MOVEMENTS: Mapping[Movement, str] = {
    Movement.RESURFACING: lazy_gettext("back after a silence"),
    Movement.RISING: lazy_gettext("rising"),
    Movement.NEW: lazy_gettext("new"),
    Movement.FADING: lazy_gettext("fading"),
    Movement.STEADY: lazy_gettext("steady"),
    Movement.QUIET: lazy_gettext("quiet"),
    Movement.UNKNOWN: lazy_gettext("not known"),
}
"""In the order of the page: what moves comes first."""
STATES: Mapping[State, str] = {
    State.WHOLE: lazy_gettext("read whole"),
    State.PARTLY: lazy_gettext("partly read, corrected for the days without an answer"),
    State.OUTSIDE: lazy_gettext("imported, not comparable"),
    State.HOLE: lazy_gettext("not known: sources did not answer; it is not zero"),
    State.WITHHELD: lazy_gettext("withheld: too few items or sources"),
}
_MOVING = (Movement.RESURFACING, Movement.RISING, Movement.NEW, Movement.FADING)


def titles_of(table: Table) -> Mapping[str, str]:
    """Return what each row is called. Narratives by their own words, never by what somebody wrote."""
    keys = [row.key for row in table.rows]
    if table.dimension is Dimension.NARRATIVE:
        return the_parts().store.trends.narrative_labels([UUID(key) for key in keys])
    if table.dimension is Dimension.PLACE:
        places = region_places(the_parts().region.name)
        return {key: places[key].name if key in places else key for key in keys}
    named = {
        **{label.value: words.LABEL_NAMES[label] for label in Label},
        **{kind.value: KINDS[kind] for kind in SourceKind},
        **{platform.value: words.PLATFORMS[platform] for platform in Platform},
    }
    return {key: str(named[key]) for key in keys}


def number(value: float) -> str:
    """Return a count, or a rate with one digit where it is below ten and not whole."""
    return _number(value, str(get_locale() or "id"))


@lru_cache(maxsize=4096)
def _number(value: float, locale: str) -> str:
    whole = value == int(value) or value >= 10
    shown = round(value) if whole else value
    return str(format_decimal(shown, "#,##0" if whole else "0.0", locale=locale))


def cell(point: Point) -> str:
    """Return what a cell of the table says."""
    if point.state is State.WITHHELD:
        return str(gettext("few"))
    if point.cell is None:
        return str(gettext("hole"))
    if point.state is State.PARTLY and point.rate is not None:
        return str(
            gettext("%(num)s (corrected %(rate)s)", num=number(point.cell.items), rate=number(point.rate))
        )
    if point.state is State.OUTSIDE:
        return str(gettext("%(num)s imported", num=number(point.cell.items)))
    return number(point.cell.items)


def collected(table: Table) -> str:
    """Return the sentence of the denominator."""
    told = [point.cell.items for point in table.collected if point.cell is not None]
    said = gettext(
        "%(items)s items were collected in %(told)s of %(weeks)s weeks.",
        items=number(sum(told)), told=len(told), weeks=table.weeks.count,
    )  # fmt: skip
    if table.holes:
        said += " " + ngettext(
            "%(num)s week is a hole: nothing is known of it, and it is no calm.",
            "%(num)s weeks are holes: nothing is known of them, and they are no calm.",
            table.holes,
        )
    due = table.coverage[-1]
    last = gettext(
        "In the last week %(whole)s of %(num)s sources answered every day.", whole=due.whole, num=due.sources
    )
    return f"{said} {last}"


def moving(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    """Return the sentence that says what the last week brought."""
    parts = []
    for movement in _MOVING:
        names = [titles.get(row.key, row.key) for row in rows if row.movement is movement]
        if names:
            parts.append(f"{MOVEMENTS[movement]}: {', '.join(names[:4])}")
    unknown = sum(row.movement is Movement.UNKNOWN for row in rows)
    if not parts and unknown == len(rows):
        return str(gettext("Too little is known to say what moves."))
    if not parts:
        return str(gettext("Nothing moves more than chance does."))
    return f"{'; '.join(parts)}."


def compared(rows: Sequence[Compared], titles: Mapping[str, str]) -> str:
    """Return the sentence of a comparison: the row that differs most."""
    known = [(row.now - row.before, row) for row in rows if row.now is not None and row.before is not None]
    if not known:
        return str(gettext("No week is known in both, so nothing can be compared."))
    _, row = max(known, key=lambda one: abs(one[0]))
    said = gettext(
        "The greatest difference: %(title)s, %(now)s items a week against %(before)s, over %(weeks)s weeks "
        "known in both.",
        title=titles.get(row.key, row.key),
        now=number(row.now or 0),
        before=number(row.before or 0),
        weeks=row.weeks,
    )
    return str(said)


def stage(one: StageMean) -> str:
    """Return what a stage is called."""
    return f"{one.election}: {one.stage}" if one.stage else str(gettext("outside any stage"))


def stages(found: Sequence[StageMean]) -> str:
    """Return the sentence of the stages: the one with most items a week."""
    known = [one for one in found if one.collected is not None]
    if not known:
        return str(gettext("Nothing is known of the weeks of these stages."))
    most = max(known, key=lambda one: one.collected or 0)
    return str(
        gettext("Most was collected in a week of %(stage)s: %(num)s items.", stage=stage(most),
                num=number(most.collected or 0))
    )  # fmt: skip
