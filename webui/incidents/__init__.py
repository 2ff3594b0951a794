"""Case files of incidents: what belongs to one matter, its timeline, and its evidence handed out."""

from webui.incidents import adding, changing  # the routes join the blueprint as the modules are read
from webui.incidents.files import allow_files
from webui.incidents.giving import slow_down_giving
from webui.incidents.views import blueprint

__all__ = ["adding", "allow_files", "blueprint", "changing", "slow_down_giving"]
