"""How the service is: for probes, for Prometheus, for the administrator."""

from webui.health.measure import measure
from webui.health.views import blueprint

__all__ = ["blueprint", "measure"]
