"""One claim: everything known of it, and deciding on it."""

from webui.claims.views import blueprint

__all__ = ["blueprint"]
