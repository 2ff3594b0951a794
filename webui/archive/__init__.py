"""The archive: who said what first, and what was decided."""

from webui.archive.exporting import slow_down_exporting
from webui.archive.views import blueprint

__all__ = ["blueprint", "slow_down_exporting"]
