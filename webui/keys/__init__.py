"""Keys: one for each thing that is done with claims, and a page where each person chooses their own."""

from webui.keys.views import blueprint

__all__ = ["blueprint"]
