"""Probes and metrics: what is down, what is only degraded, and how old the index is."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy import update

from kentongan.ids import new_id
from kentongan.store.database import now
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.refusals import Refusal
from kentongan.store.schema import OutboxRow
from pipeline.syncing import LATE_SECONDS
from search.elastic import ElasticIndex
from tests.web_city import Browser, Site


@pytest.fixture
def quiet(site: Site) -> Site:
    """The city with nothing that waits for the index."""
    site.store.outbox.done([job.id for job in site.store.outbox.pending(9_999)])
    return site


@pytest.fixture
def served(quiet: Site, elastic_index: ElasticIndex) -> Iterator[Site]:
    """The city with a server for its index."""
    elastic_index.prepare()
    site = Site(quiet.home, index=elastic_index)
    yield site
    site.store.close()


def wait_for(site: Site, key: UUID, seconds: float) -> None:
    """Queue a job as if it had waited so long."""
    with site.store.database.write() as session:
        enqueue(session, ITEM, key)
        session.flush()
        session.execute(update(OutboxRow).values(queued_at=now() - timedelta(seconds=seconds)))


def refuse(site: Site, key: UUID) -> None:
    wait_for(site, key, 0)
    jobs = [job.id for job in site.store.outbox.pending(9_999)]
    site.store.outbox.done(jobs, [Refusal(ITEM, key, "failed to parse")])


def test_a_well_service_says_so(quiet: Site) -> None:
    answer = quiet.client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {
        "live": True,
        "ready": True,
        "state": "ok",
        "record": {"ready": True},
        "outbox": 0,
        "index": {
            "ready": True,
            "engine": "embedded",
            "version": "",
            "documents": 10,
            "writable": True,
            "age_seconds": 0,
            "quarantined": 0,
        },
    }


def test_the_version_of_a_server_is_told(served: Site, elasticsearch_client: Elasticsearch) -> None:
    answer = served.client().get("/healthz").json
    assert answer is not None
    version = elasticsearch_client.info()["version"]["number"]
    assert (answer["index"]["engine"], answer["index"]["version"]) == ("elastic", f"Elasticsearch {version}")


def test_a_job_that_waits_makes_the_index_older_and_at_last_the_service_degraded(quiet: Site) -> None:
    wait_for(quiet, new_id(), LATE_SECONDS / 2)
    first = quiet.client().get("/healthz").json
    wait_for(quiet, new_id(), LATE_SECONDS + 5)
    second = quiet.client().get("/healthz")
    assert first is not None
    assert second.json is not None
    assert (first["state"], first["outbox"]) == ("ok", 1)
    assert LATE_SECONDS / 2 <= first["index"]["age_seconds"] < LATE_SECONDS
    assert (second.status_code, second.json["state"], second.json["outbox"]) == (200, "degraded", 2)
    assert second.json["index"]["age_seconds"] >= LATE_SECONDS


def test_what_the_index_refused_is_counted_and_named_to_nobody(
    quiet: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    key = new_id()
    refuse(quiet, key)
    answer = quiet.client().get("/healthz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["state"]) == (200, "degraded")
    assert answer.json["index"]["quarantined"] == 1
    assert str(key) not in answer.text
    assert "kentongan doctor" in "".join(capsys.readouterr())


def test_an_index_that_takes_no_changes_is_degraded_and_well_again_by_itself(
    served: Site, elastic_index: ElasticIndex, elasticsearch_client: Elasticsearch
) -> None:
    (name,) = elasticsearch_client.indices.get_alias(name=elastic_index.alias)
    block = "index.blocks.read_only_allow_delete"
    elasticsearch_client.indices.put_settings(index=name, settings={block: True})
    full = served.client().get("/healthz")
    elasticsearch_client.indices.put_settings(index=name, settings={block: None})
    well = served.client().get("/healthz")
    assert full.json is not None
    assert well.json is not None
    assert (full.status_code, full.json["state"], full.json["index"]["writable"]) == (200, "degraded", False)
    assert (well.json["state"], well.json["index"]["writable"]) == ("ok", True)


def test_probes_fail_when_the_index_is_gone(site: Site) -> None:
    for path in sorted((site.home / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() or path.is_symlink() else path.rmdir()
    answer = site.client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["state"], answer.json["ready"]) == ("down", False)
    assert answer.json["index"]["ready"] is False


def test_probes_fail_when_the_record_is_gone(site: Site) -> None:
    with site.store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")
    answer = site.client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["state"], answer.json["record"]) == ("down", {"ready": False})
    assert answer.json["index"]["ready"] is True


def test_metrics_tell_how_the_index_is(quiet: Site, analyst: Browser) -> None:
    key = new_id()
    refuse(quiet, key)
    wait_for(quiet, new_id(), 90)
    lines = analyst.get("/metrics").text.splitlines()
    values = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line[0] != "#"}
    assert values['kentongan_index_up{engine="embedded",version=""}'] == 1
    assert values["kentongan_index_writable"] == 1
    assert values["kentongan_index_documents"] == 10
    assert values["kentongan_index_refusals"] == 1
    assert values["kentongan_outbox_jobs"] == 1
    assert 90 <= values["kentongan_index_age_seconds"] < 200
    assert str(key) not in "".join(lines)


def test_metrics_outlive_the_record(quiet: Site) -> None:
    quiet.client().get("/healthz")
    with quiet.store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE claims RENAME TO gone")
    answer = quiet.client().get("/metrics")  # from this machine
    assert answer.status_code == 200
    assert "kentongan_record_up 0.0" in answer.text
    assert 'kentongan_index_up{engine="embedded",version=""} 1.0' in answer.text
    assert "kentongan_http_requests_total{" in answer.text
