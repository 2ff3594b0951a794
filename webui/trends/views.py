"""The pages of trends and of the map, and the same as files."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import Blueprint, Response, render_template, url_for

from kentongan.domain import Label
from kentongan.trends.stages import by_stage
from kentongan.trends.tables import Table, compare, table_of
from kentongan.trends.values import BEFORE, LEAST_ITEMS, Dimension
from kentongan.trends.weeks import CHOICES, Weeks, stages_in
from webui import sessions
from webui.parts import the_parts
from webui.places import region_places
from webui.queue.order import the_calendar
from webui.trends import asking, wording
from webui.trends.drawing import draw_series
from webui.trends.placing import K, draw_map

blueprint = Blueprint("trends", __name__, url_prefix="/tren", template_folder="templates")

_SHOWN = 12  # rows of a page; the file has all


@blueprint.get("/")
def overview() -> str:
    asked = asking.read_asked()
    table = _table(asked.dimension, asked.weeks)
    order = list(wording.MOVEMENTS)
    rows = sorted(table.rows, key=lambda row: (order.index(row.movement), -row.total, row.key))
    titles = wording.titles_of(table)
    found, other_titles = [], dict(titles)
    if asked.other is not None:
        other = _table(asked.dimension, asked.other)
        found = compare(table, other)
        other_titles |= wording.titles_of(other)
    return render_template(
        "trends/overview.html",
        asked=asked,
        table=table,
        rows=rows[:_SHOWN],
        left=len(rows) - _SHOWN,
        titles=other_titles,
        draw=draw_series,
        say=wording,
        dimensions=asking.dimensions(),
        choices=CHOICES,
        elections=asking.elections(),
        earlier=asking.EARLIER,
        aggregates=asking.sees_aggregates_only(),
        stages=[_stages(monday) for monday in asked.weeks.mondays()],
        by_stage=by_stage(table, the_calendar()),
        compared=found,
        least=K,
        least_items=LEAST_ITEMS,
        before=BEFORE,
        export=url_for("trends.export", menurut=asked.dimension.value, periode=asked.period),
    )


@blueprint.get("/berkas.csv")
def export() -> Response:
    """Every number of the page, a row for each week of each series."""
    asked = asking.read_asked()
    table = _table(asked.dimension, asked.weeks)
    titles = wording.titles_of(table)
    rows: list[Sequence[object]] = []
    series = [
        ("", "collected", table.collected),
        *((r.key, titles.get(r.key, ""), r.points) for r in table.rows),
    ]
    for key, title, points in series:
        for monday, point in zip(asked.weeks.mondays(), points, strict=True):
            cell = point.cell
            counts = ("", "", "") if cell is None else (cell.items, cell.claims, cell.sources)
            rate = "" if point.rate is None else round(point.rate, 2)
            rows.append(
                (key, title, monday.isoformat(), point.state.value, *counts, rate, round(point.share, 3))
            )
    columns = (
        "key",
        "title",
        "week_from",
        "state",
        "items",
        "claims",
        "sources",
        "corrected_items",
        "share_read",
    )
    the_parts().store.audit.add(
        sessions.current().name, "export trends", asked.dimension.value, period=asked.period
    )
    return _file(f"tren-{asked.dimension.value}", columns, rows)


@blueprint.get("/peta")
def map() -> str:
    drawn = draw_map()
    return render_template(
        "trends/map.html",
        drawn=drawn,
        say=wording,
        choices=CHOICES,
        aggregates=asking.sees_aggregates_only(),
        least=K,
    )


@blueprint.get("/peta.csv")
def export_map() -> Response:
    """Every number of the map, a row for each place."""
    drawn = draw_map()
    the_parts().store.audit.add(sessions.current().name, "export trends", "map")
    rows = [(spot.code, spot.name, *spot.numbers()) for spot in drawn.spots]
    return _file("peta", ("code", "name", "items", "claims", "per_10000_collected"), rows)


def _table(dimension: Dimension, weeks: Weeks) -> Table:
    keys: list[str] = []
    if dimension is Dimension.LABEL:
        keys = [label.value for label in Label]
    elif dimension is Dimension.PLACE:
        places = region_places(the_parts().region.name).values()
        keys = [place.code for place in places if not place.is_kelurahan]
    counted = the_parts().store.trends.count(dimension, weeks, keys)
    return table_of(dimension, weeks, counted, aggregates=asking.sees_aggregates_only())


def _stages(monday: object) -> str:
    found = stages_in(the_calendar(), monday)  # type: ignore[arg-type]
    return ", ".join(dict.fromkeys(f"{stage.election}: {stage.name}" for stage in found))


def _file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a CSV file. No cell begins as a formula does: titles are ours, or plain words of a narrative."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    response = Response(b"\xef\xbb\xbf" + out.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell
