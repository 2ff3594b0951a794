"""Who may come in, for administrators: invitations, roles, closing accounts, tokens, helping the locked."""

from webui.people import changing, tokens  # their routes join the blueprint as the modules are read
from webui.people.views import blueprint

__all__ = ["blueprint", "changing", "tokens"]
