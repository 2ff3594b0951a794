"""The programming interface under /api/v1: for a city's own systems, by token, with the rules of the pages.

Each module of operations adds its routes as it is read; their order is that of the document.
"""

from webui.api import claims, deciding, archive, checking, watching, reporting, bundles, errors  # noqa: I001 - this order
from webui.api.errors import explain_strays
from webui.api.limits import slow_down
from webui.api.operations import blueprint
from webui.api.reference import blueprint as reference

__all__ = [
    "archive", "blueprint", "bundles", "checking", "claims", "deciding", "errors", "explain_strays",
    "reference", "reporting", "slow_down", "watching",
]  # fmt: skip
