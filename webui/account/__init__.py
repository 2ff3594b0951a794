"""One's own account: password, second factor, sessions, tokens."""

from webui.account import factor, tokens  # their routes join the blueprint as the modules are read
from webui.account.views import blueprint

__all__ = ["blueprint", "factor", "tokens"]
