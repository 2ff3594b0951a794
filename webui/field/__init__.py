"""The field's own pages: what is asked of a reporter's area, and what they hand in. Made for a slow phone."""

from webui.field import again, areas, reports  # the routes join the blueprint as the modules are read
from webui.field.drafts import keep_drafts
from webui.field.limits import allow_pictures, slow_down_handing_in
from webui.field.views import blueprint

__all__ = ["again", "allow_pictures", "areas", "blueprint", "keep_drafts", "reports", "slow_down_handing_in"]
