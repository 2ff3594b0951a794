"""The pages of trends and of the map, and the same as files."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO

from flask import Blueprint, Response, render_template, url_for

from kentongan.trends.stages import by_stage
from kentongan.trends.tables import Compared, Table, compare, compare_collected
from kentongan.trends.values import BEFORE, LEAST_ITEMS
from kentongan.trends.weeks import CHOICES, stages_in
from webui import dialogue_words, sessions
from webui.parts import the_parts
from webui.queue.order import the_calendar
from webui.trends import asking, drawing, wording
from webui.trends.counting import read_table
from webui.trends.holding import held_in, rows_of
from webui.trends.placing import K, draw_map

blueprint = Blueprint("trends", __name__, url_prefix="/tren", template_folder="templates")

_SHOWN = 10  # rows of a page; the file has all


@blueprint.get("/")
def overview() -> str:
    asked, aggregates = asking.read_asked(), asking.sees_aggregates_only()
    table, counted_at = read_table(asked.dimension, asked.weeks, aggregates=aggregates)
    order = list(wording.MOVEMENTS)
    rows = sorted(table.rows, key=lambda row: (order.index(row.movement), -row.total, row.key))
    titles = dict(wording.titles_of(table))
    found: list[Compared] = []
    whole: Compared | None = None
    if asked.other is not None:
        other, other_at = read_table(asked.dimension, asked.other, aggregates=aggregates)
        found, counted_at = compare(table, other), min(counted_at, other_at)
        whole = compare_collected(table, other)
        titles |= wording.titles_of(other)
        found.sort(key=lambda row: -abs((row.now or 0) - (row.before or 0)))
    held = held_in(asked.weeks)
    held_of = rows_of(table, held)
    shown = rows[:_SHOWN]
    stages = by_stage(replace(table, rows=tuple(shown)), the_calendar())
    return render_template(
        "trends/overview.html",
        asked=asked,
        table=table,
        rows=shown,
        left=len(rows) - _SHOWN,
        titles=titles,
        draw=drawing,
        say=wording,
        dimensions=asking.dimensions(),
        choices=CHOICES,
        elections=asking.elections(),
        earlier=asking.EARLIER,
        year_earlier=asking.YEAR_EARLIER,
        aggregates=aggregates,
        stages=[_stages(monday) for monday in asked.weeks.mondays()],
        by_stage=stages,
        stage_names=[wording.stage(stage) for stage in stages],
        compared=found[:_SHOWN],
        compared_whole=whole,
        compared_left=len(found) - _SHOWN,
        held=held,
        held_of=held_of,
        marked=any(row.key in held_of for row in shown),
        dialogue_words=dialogue_words,
        least=K,
        least_items=LEAST_ITEMS,
        before=BEFORE,
        counted_at=counted_at,
        export=url_for(
            "trends.export",
            menurut=asked.dimension.value,
            periode=asked.period,
            banding=asked.against or None,
        ),
    )


@blueprint.get("/berkas.csv")
def export() -> Response:
    """Every number of the page: a row for each week of each series, in both stretches of a comparison."""
    asked, aggregates = asking.read_asked(), asking.sees_aggregates_only()
    rows: list[Sequence[object]] = []
    for stretch, weeks in (("", asked.weeks), ("compared", asked.other)):
        if weeks is not None:
            table, _ = read_table(asked.dimension, weeks, aggregates=aggregates)
            rows += _rows(stretch, table)
    columns = (
        *("stretch", "key", "title", "week_from", "state", "items", "claims", "sources"),
        *("corrected_items", "share_read"),
    )
    the_parts().store.audit.add(
        sessions.current().name,
        "export trends",
        asked.dimension.value,
        period=asked.period,
        against=asked.against,
    )
    return _file(f"tren-{asked.dimension.value}", columns, rows)


def _rows(stretch: str, table: Table) -> Iterator[Sequence[object]]:
    titles = wording.titles_of(table)
    series = [
        ("", "collected", table.collected),
        *((r.key, titles.get(r.key, ""), r.points) for r in table.rows),
    ]
    for key, title, points in series:
        for monday, point in zip(table.weeks.mondays(), points, strict=True):
            cell = point.cell
            counts = ("", "", "") if cell is None else (cell.items, cell.claims, cell.sources)
            rate = "" if point.rate is None else round(point.rate, 2)
            said = (monday.isoformat(), point.state.value, *counts, rate, round(point.share, 3))
            yield (stretch, key, title, *said)


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


def _stages(monday: date) -> str:
    found = stages_in(the_calendar(), monday)
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
