"""The queue at half past seven in the morning."""

from webui.queue import bulk, kept  # the routes join the blueprint as the modules are read
from webui.queue.views import blueprint

__all__ = ["blueprint", "bulk", "kept"]
