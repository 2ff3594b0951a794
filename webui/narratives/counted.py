"""The narratives with their weeks, counted once a minute: whoever opens the list waits for no counting.

Another clustering or another day is counted at once. Each process keeps its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from flask import current_app

from kentongan.store.narratives import NarrativeView
from webui.parts import the_parts
from webui.times import today

KEPT_SECONDS = 60
_KEPT = "narratives counted"


@dataclass(slots=True)
class _Kept:
    mark: object = None
    at: float = 0.0
    views: Sequence[NarrativeView] = ()
    lock: Lock = field(default_factory=Lock)


def counted_narratives() -> Sequence[NarrativeView]:
    """Return the narratives of the newest clustering, the one last seen first."""
    kept: _Kept = current_app.extensions.setdefault(_KEPT, _Kept())
    parts = the_parts()
    mark = (today(), parts.store.trends.themes_mark())
    with kept.lock:  # what is being counted is waited for, not counted twice
        if kept.mark != mark or monotonic() - kept.at > KEPT_SECONDS:
            kept.views = parts.store.narratives.active(parts.region.time_zone)
            kept.mark, kept.at = mark, monotonic()
        return kept.views
