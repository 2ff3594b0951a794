"""Tren: what is spoken of more, less and again, and where. Liaisons see weekly aggregates only (R18)."""

from webui.trends.views import blueprint

__all__ = ["blueprint"]
