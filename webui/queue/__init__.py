"""The queue at half past seven in the morning."""

from webui.queue.views import blueprint

__all__ = ["blueprint"]
