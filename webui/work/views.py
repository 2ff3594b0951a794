"""The page of the team's figures, and the same as a file."""

import csv
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime, time
from io import StringIO

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext

from kentongan.agreement import LEAST_UNITS
from kentongan.teamwork.estimates import LEAST_MEDIAN, LEAST_P90, LEAST_PEOPLE, LEAST_SHARE
from kentongan.teamwork.periods import MORNING, TOO_LATE, Period
from kentongan.teamwork.values import TOP, TOP_LANE, sum_days
from pipeline.teamwork import COLUMNS, Figures, Outlook, rows_of
from webui import sessions, times, words
from webui.parts import the_parts
from webui.work import charts, wording

blueprint = Blueprint("work", __name__, url_prefix="/kinerja", template_folder="templates")

_KEPT = "kentongan figures"
_ROWS_OPEN = 31  # a longer table is folded


@blueprint.get("/")
def overview() -> str:
    figures = _figures(_period())
    steps = charts.steps_of(figures.top)
    return render_template(
        "work/figures.html",
        figures=figures,
        periods=list(wording.PERIODS),
        say=wording,
        top=sum_days(figures.top) if any(day.noted for day in figures.top) else None,
        steps=steps,
        by_week=len(steps) < len(figures.top),
        rows_open=_ROWS_OPEN,
        draw=charts,
        lane_names=[str(words.LANES[lane.lane]) for lane in figures.backlog],
        shares=[
            (str(words.LABEL_NAMES[one.label]) if one.label else gettext("any mark"), one.share)
            for one in figures.rulings
        ],
        month_names=[wording.month(one.month) for one in reversed(figures.agreement)],
        agreement_told=any(charts.is_told(one.agreement) for one in figures.agreement),
        places=TOP,
        lane=TOP_LANE,
        morning=_clock(MORNING),
        too_late=_clock(TOO_LATE),
        least={
            "people": LEAST_PEOPLE,
            "median": LEAST_MEDIAN,
            "p90": LEAST_P90,
            "share": LEAST_SHARE,
            "units": LEAST_UNITS,
        },
        export=url_for("work.export", period=figures.span.period.value),
    )


@blueprint.get("/berkas.csv")
def export() -> Response:
    """Every number of the page, a row each."""
    figures = _figures(_period())
    the_parts().store.audit.add(
        sessions.current().name, "export work figures", period=figures.span.period.value
    )
    response = Response(_csv(figures), content_type="text/csv; charset=utf-8")
    named = f"kinerja-{figures.span.period.value}-{figures.span.today:%Y%m%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


def _period() -> Period:
    try:
        return Period(request.args.get("period", Period.FOUR_WEEKS.value))
    except ValueError:
        abort(400)


def _figures(period: Period) -> Figures:
    parts = the_parts()
    outlook: Outlook = current_app.extensions.setdefault(_KEPT, Outlook(parts.store, parts.region.time_zone))
    return outlook.figures(period, datetime.now(UTC))


def _clock(at: time) -> str:
    return times.clock(datetime.combine(times.today(), at, the_parts().region.time_zone))


def _csv(figures: Figures) -> Iterator[bytes]:
    """Yield the file. No cell holds a text that somebody wrote: all are our own words and numbers."""
    out = StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows(astuple(row) for row in rows_of(figures))
    yield b"\xef\xbb\xbf" + out.getvalue().encode()
