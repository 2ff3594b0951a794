"""What is counted of each request, and what the record says when it is asked.

Nothing is counted per person (R15).
"""

from collections.abc import Iterator
from time import perf_counter

from flask import Flask, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response

from kentongan.errors import StoreError
from webui.health.condition import look
from webui.parts import Parts

REGISTRY = "kentongan-metrics"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class _Record(Collector):
    """Gauges read from the record and the index at each scrape."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._index = parts.index

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._of_index()
        try:
            found = list(self._of_record())
        except StoreError:  # told by the gauge: what else is counted must not be lost with it
            found = []
        yield GaugeMetricFamily("kentongan_record_up", "Whether the record answers", value=float(bool(found)))
        yield from found

    def _of_record(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily(
            "kentongan_items_waiting", "Items that wait for the next stage", labels=["stage"]
        )
        for stage, count in self._store.conveyor.waiting().items():
            waiting.add_metric([stage.value], count)
        yield waiting
        claims = GaugeMetricFamily("kentongan_claims", "Claims on each lane", labels=["lane"])
        for lane, count in self._store.claims.lane_counts().items():
            claims.add_metric([lane.value], count)
        yield claims

    def _of_index(self) -> Iterator[GaugeMetricFamily]:
        seen = look(self._store, self._index)
        up = GaugeMetricFamily(
            "kentongan_index_up", "Whether the index answers", labels=["engine", "version"]
        )
        up.add_metric(
            [seen.health.engine if seen.health else "", seen.version], float(seen.health is not None)
        )
        yield up
        yield GaugeMetricFamily(
            "kentongan_index_writable", "Whether it takes changes", value=float(not seen.troubles)
        )
        if seen.health is not None:
            held = seen.health.documents
            yield GaugeMetricFamily("kentongan_index_documents", "Documents in the index", value=held)
        if seen.waiting is not None:
            jobs, age = seen.waiting.jobs, seen.waiting.seconds
            yield GaugeMetricFamily("kentongan_outbox_jobs", "Index jobs that wait", value=jobs)
            yield GaugeMetricFamily("kentongan_index_age_seconds", "Age of the oldest of them", value=age)
            yield GaugeMetricFamily("kentongan_index_refusals", "Documents it refused", value=seen.refused)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not read the record."""
        return iter(())


def measure(app: Flask, parts: Parts) -> None:
    """Count and time the requests of `app`."""
    registry = CollectorRegistry()
    registry.register(_Record(parts))
    requests = Counter(
        "kentongan_http_requests", "Answers given", ["route", "method", "status"], registry=registry
    )
    seconds = Histogram(
        "kentongan_http_seconds", "Time to answer", ["route"], buckets=_BUCKETS, registry=registry
    )
    app.extensions[REGISTRY] = registry

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        route = request.endpoint or "none"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        requests.labels(route, method, str(response.status_code)).inc()
        if "began" in g:
            seconds.labels(route).observe(perf_counter() - g.began)
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)  # before the gate: refusals count too
    app.after_request(end)
