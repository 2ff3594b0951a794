"""Coming in and going out."""

from webui.auth.views import blueprint, is_known_here

__all__ = ["blueprint", "is_known_here"]
