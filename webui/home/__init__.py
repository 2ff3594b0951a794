"""The front door, and the switch between languages."""

from webui.home.views import blueprint

__all__ = ["blueprint"]
