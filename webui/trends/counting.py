"""What the pages of trends are made of: tables of counted weeks, and the narratives that may be named."""

from datetime import datetime

from flask import current_app

from kentongan.domain import Label
from kentongan.trends.tables import Table
from kentongan.trends.values import Dimension
from kentongan.trends.weeks import CHOICES, Weeks, finished_weeks
from pipeline.trends import TrendCounts
from webui import times
from webui.parts import the_parts
from webui.places import region_places

_KEPT = "kentongan trends"


def the_counts() -> TrendCounts:
    """Return what was counted lately, of this process."""
    counts: TrendCounts = current_app.extensions.setdefault(_KEPT, TrendCounts(the_parts().store))
    return counts


def read_table(dimension: Dimension, weeks: Weeks, *, aggregates: bool) -> tuple[Table, datetime]:
    """Return the table, with `aggregates` for those who see aggregates only, and when it was counted."""
    keys: list[str] = []
    if dimension is Dimension.LABEL:
        keys = [label.value for label in Label]
    elif dimension is Dimension.PLACE:
        places = region_places(the_parts().region.name).values()
        keys = [place.code for place in places if not place.is_kelurahan]
    return the_counts().table(dimension, weeks, keys, aggregates=aggregates)


def narratives_shown() -> frozenset[str]:
    """Return the narratives that trends tell of to those who see aggregates only, in any period (R18)."""
    weeks = finished_weeks(times.today(), max(CHOICES), the_parts().region.time_zone)
    table, _ = read_table(Dimension.NARRATIVE, weeks, aggregates=True)
    return frozenset(row.key for row in table.rows)
