"""What each kind of a chart's pieces looks like. No two differ by colour alone.

The swatches of the legends have the same fillings, by the sheet `work.css`. `url(#…)` are the patterns that
the macro `chart.patterns` puts on each page.
"""

from collections.abc import Mapping
from typing import Any

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "whole": {"fill": "var(--accent)"},
    "partly": {"fill": "var(--accent)", "fillOpacity": 0.35, "stroke": "var(--accent)", "strokeDash": [4, 2]},
    "outside": {"fill": "var(--plain)", "stroke": "var(--field)"},
    "hole": {"fill": "url(#hatch)", "stroke": "var(--field)", "strokeDash": [2, 3]},
    "withheld": {"fill": "url(#dots)", "stroke": "var(--warm)", "strokeDash": [1, 3]},
    "worth": {"fill": "var(--accent)"},
    "nothing": {"fill": "var(--warm-ground)", "stroke": "var(--warm)"},
    "undecided": {"fill": "var(--plain)", "stroke": "var(--field)"},
    "median": {"fill": "var(--accent)"},
    "p90": {"fill": "var(--warm)"},
    "band0": {"fill": "var(--sheet)", "stroke": "var(--accent)"},
    "band1": {"fill": "var(--accent)", "fillOpacity": 0.3, "stroke": "var(--accent)"},
    "band2": {"fill": "var(--accent)", "fillOpacity": 0.65, "stroke": "var(--accent)"},
    "band3": {"fill": "var(--accent)", "stroke": "var(--accent)"},
    "now": {"fill": "var(--accent)"},
    "before": {"fill": "var(--warm-ground)", "stroke": "var(--warm)", "strokeDash": [3, 2]},
    "reach": {"stroke": "var(--ink)", "strokeWidth": 1.5},
    "held": {"fill": "var(--ink)", "stroke": "var(--sheet)", "strokeWidth": 1},
}
UNKNOWN = frozenset({"hole", "withheld"})
"""Kinds that fill the whole height: nothing is known of how much there was."""
INK, SOFT, LINE = "var(--ink)", "var(--soft)", "var(--line)"
WIDTH = 330  # units of the drawing's inside: a phone shows them nearly one to one
LETTERS = 12
