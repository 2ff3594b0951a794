"""Public statements (R22): published by the head or the administrator, read by everybody."""

from webui.statements.views import blueprint

__all__ = ["blueprint"]
