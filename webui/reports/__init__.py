"""Reports of the office: drafted from claims, edited, read by a second person, signed, given out."""

from webui.reports import changing, files, making  # the routes join the blueprint as the modules are read
from webui.reports.views import blueprint

__all__ = ["blueprint", "changing", "files", "making"]
