"""One claim: everything known of it, deciding on it, and what belongs to it."""

from webui.claims import (  # the routes join the blueprint as the module is read
    edits,
    leasing,
    notes,
    past,
    proposing,
    requests,
    voting,
)
from webui.claims.views import blueprint

__all__ = ["blueprint", "edits", "leasing", "notes", "past", "proposing", "requests", "voting"]
