"""One claim: everything known of it, deciding on it, and what belongs to it."""

from webui.claims import edits  # the routes join the blueprint as the module is read
from webui.claims.views import blueprint

__all__ = ["blueprint", "edits"]
