"""Bundles for other offices and from them: made, read by two where needed, given out, taken in."""

from webui.sharing import changing, making, partners, receiving  # the routes join as the modules are read
from webui.sharing.receiving import allow_bundles
from webui.sharing.views import blueprint

__all__ = ["allow_bundles", "blueprint", "changing", "making", "partners", "receiving"]
