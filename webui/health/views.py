"""Probes and metrics. Probes are open and say little; metrics are for this machine and administrators."""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from kentongan.errors import StoreError
from search.index import SearchError
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
    """The record and the index answer; 503 when one does not. Why is in the log, not for everyone."""
    parts, trouble = the_parts(), False
    outbox: int | None = None
    index: dict[str, object] = {"ready": False}
    try:
        outbox = parts.store.outbox.size()
    except StoreError as exc:
        trouble = True
        _log.error("record unavailable", error=str(exc))
    try:
        health = parts.index.health()
        index = {"ready": True, "engine": health.engine, "documents": health.documents}
    except SearchError as exc:
        trouble = True
        _log.error("index unavailable", error=str(exc))
    answer = jsonify(
        live=True, ready=not trouble, record={"ready": outbox is not None}, outbox=outbox, index=index
    )
    return answer, HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.OK


@blueprint.get("/metrics")
def metrics() -> Response:
    registry: CollectorRegistry = current_app.extensions[REGISTRY]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
