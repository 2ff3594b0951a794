"""How often one token may ask: looks and changes counted apart, over all operations together.

Counted in this process's memory, as failed logins are.
"""

from collections.abc import Callable
from time import time
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.wrappers import Response

from webui.api.operations import OPERATIONS, blueprint
from webui.api.problems import Code, answer
from webui.bearer import bearer

LOOKS, CHANGES = "300 per minute", "60 per minute"
_LIMITER = "kentongan-api-limiter"


def slow_down(app: Flask) -> None:
    """Beyond the limits `app` answers 429, and says when to come back."""
    limiter = Limiter(_token, app=app, storage_uri="memory://")
    app.extensions[_LIMITER] = limiter
    looking = limiter.shared_limit(LOOKS, scope="api looks")
    changing = limiter.shared_limit(CHANGES, scope="api changes")
    for operation in OPERATIONS.values():
        counted = looking if operation.method == "GET" else changing
        view: Callable[..., Any] = counted(app.view_functions[operation.endpoint])
        app.view_functions[operation.endpoint] = view


@blueprint.errorhandler(RateLimitExceeded)
def _too_often(exc: RateLimitExceeded) -> Response:
    limiter: Limiter = current_app.extensions[_LIMITER]
    breached = limiter.current_limit
    seconds = breached.reset_at - time() if breached and breached.breached else exc.limit.limit.get_expiry()
    return answer(Code.TOO_OFTEN, str(exc.description), {"Retry-After": str(max(1, round(seconds)))})


def _token() -> str:
    return f"token:{bearer().id}"
