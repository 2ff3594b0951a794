"""The audit log as the reviewer reads it."""

from webui.audit.views import blueprint

__all__ = ["blueprint"]
