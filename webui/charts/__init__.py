"""Charts of figures: values in, inline SVG out, drawn by Altair and vl-convert.

Owns how charts look: kinds of filling, axes, scales. Colours are the variables of our sheet, so that one
drawing serves light, dark and paper. Leaves words and tables to the pages. See docs/decisions/0024.
"""

from webui.charts.columns import Piece, draw_columns
from webui.charts.lying import Interval, Part, draw_bars, draw_intervals
from webui.charts.svg import forget_drawings

__all__ = [
    "Interval",
    "Part",
    "Piece",
    "draw_bars",
    "draw_columns",
    "draw_intervals",
    "forget_drawings",
]
