"""The sources: for everyone what is read and on what ground, for the team how each of them is."""

from webui.sources.views import blueprint

__all__ = ["blueprint"]
