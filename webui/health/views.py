"""Probes and metrics. Probes are open and say little; metrics are for this machine and administrators."""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from webui.health.condition import Condition, State, look
from webui.health.measure import REGISTRY
from webui.parts import the_parts

blueprint = Blueprint("health", __name__)
_log = structlog.get_logger("webui")


@blueprint.get("/healthz/live")
def live() -> Response:
    """The process answers."""
    return jsonify(live=True)


@blueprint.get("/healthz")
def ready() -> tuple[Response, int]:
    """How record and index are; 503 when one does not answer. Why is in the log, not for everyone.

    A late, read-only or incomplete index is "degraded", with 200: people can work on.
    """
    parts = the_parts()
    condition = look(parts.store, parts.index)
    down = condition.state is State.DOWN
    for problem in condition.problems:
        (_log.error if down else _log.warning)("service unwell", problem=problem)
    code = HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.OK
    return jsonify(live=True, **_told(condition)), code


def _told(condition: Condition) -> dict[str, object]:
    index: dict[str, object] = {"ready": condition.health is not None}
    if condition.health is not None:
        index |= {"engine": condition.health.engine, "documents": condition.health.documents}
        index |= {"version": condition.version, "writable": not condition.troubles}
    waiting = condition.waiting
    if waiting is not None:
        index |= {"age_seconds": round(waiting.seconds), "quarantined": condition.refused}
    return {
        "ready": condition.state is not State.DOWN,
        "state": condition.state.value,
        "record": {"ready": waiting is not None},
        "outbox": waiting.jobs if waiting else None,
        "index": index,
    }


@blueprint.get("/metrics")
def metrics() -> Response:
    registry: CollectorRegistry = current_app.extensions[REGISTRY]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
