"""Kinerja: how the queue serves the team, over some weeks. Of the team, never of a person (R15)."""

from webui.work.views import blueprint

__all__ = ["blueprint"]
