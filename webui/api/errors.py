"""Every exception under the interface's address as a problem, and none as a page."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from kentongan.errors import KentonganError
from webui.api import problems
from webui.api.operations import PREFIX, blueprint

blueprint.register_error_handler(HTTPException, problems.of_http)
blueprint.register_error_handler(KentonganError, problems.of_ours)
blueprint.register_error_handler(Exception, problems.of_unforeseen)


def explain_strays(app: Flask, otherwise: Callable[[HTTPException], Any]) -> None:
    """Answer addresses and methods that no operation has, under the interface's address, with problems too:
    they belong to no blueprint."""

    def explain(exc: HTTPException) -> Any:
        return problems.of_http(exc) if request.path.startswith(f"{PREFIX}/") else otherwise(exc)

    for kind in (NotFound, MethodNotAllowed):
        app.register_error_handler(kind, explain)
