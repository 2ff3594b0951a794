"""Looking at one text, page or screenshot now. Nothing is kept."""

from webui.check.api import blueprint as api_blueprint
from webui.check.limits import allow_pictures, slow_down_checking
from webui.check.views import blueprint

__all__ = ["allow_pictures", "api_blueprint", "blueprint", "slow_down_checking"]
