"""Narratives: the themes of the last weeks, and the claims of each."""

from webui.narratives.views import blueprint

__all__ = ["blueprint"]
