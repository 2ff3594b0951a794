"""Dialog: what FKUB, FPK and others held, and what came of it (DOMAIN 1.5). Never by persons."""

from webui.dialogues import changing  # the routes join the blueprint as the module is read
from webui.dialogues.views import blueprint

__all__ = ["blueprint", "changing"]
