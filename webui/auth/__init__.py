"""Coming in and going out."""

from webui.auth.views import blueprint

__all__ = ["blueprint"]
