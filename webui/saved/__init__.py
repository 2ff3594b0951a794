"""Saved searches: what is watched, what was found since one last looked."""

from webui.saved.views import blueprint

__all__ = ["blueprint"]
