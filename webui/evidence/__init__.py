"""What was kept of an item, read back offline and shown as text."""

from webui.evidence.views import blueprint

__all__ = ["blueprint"]
