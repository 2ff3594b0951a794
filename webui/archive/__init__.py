"""The archive: who said what first, and what was decided."""

from webui.archive.views import blueprint

__all__ = ["blueprint"]
