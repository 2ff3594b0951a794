"""Schemathesis asks the real application, with the real model, all that its document allows, and what it does not.

Every check that it has is on but for two: that a legal request is accepted is not asked of the check of a page
and of a report handed in, and whether one may see another's needs a second identity, which is not given. What is
legal by the document and yet depends on the record, as a cursor does, is made so before it is sent; that other
values are refused with 422 is tested beside the operations.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis import BaseSchema, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import CheckNode

from classifier.assess import Assessor
from kentongan.domain import Role
from kentongan.gazetteer import read_gazetteer
from kentongan.text import clean
from tests.api import make_token
from tests.functional.models import city_checker
from tests.functional.serving import serving
from tests.web_city import Site
from webui.api import limits
from webui.api.document import path_of
from webui.api.operations import OPERATIONS
from webui.app import create_app

EXAMPLES = 12  # of each operation and mode, so that it takes about a minute


@pytest.fixture
def site(city: Path, tmp_path: Path, assessor: Assessor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The city with its model, and without limits that a minute of questions would reach."""
    monkeypatch.setattr(limits, "LOOKS", "100000 per minute")
    monkeypatch.setattr(limits, "CHANGES", "100000 per minute")
    monkeypatch.setattr("webui.check.limits.CHECKS_PER_USER", "100000 per minute")
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    assert site.index is not None
    site.app = create_app(site.settings, site.store, site.index, city_checker(site, assessor))
    reporter = Role.FIELD_REPORTER.value
    site.store.areas.set(reporter, sorted(read_gazetteer("arunika").places)[:1], by="test")
    yield site
    site.close()


def configured(site: Site) -> SchemathesisConfig:
    """Return the run: each operation by the token of somebody whose role may."""
    analyst, reporter = make_token(site, Role.ANALYST), make_token(site, Role.FIELD_REPORTER)
    return SchemathesisConfig.from_dict(
        {
            "seed": int(os.environ.get("KENTONGAN_TEST_SEED", "7")),
            "headers": {"Authorization": f"Bearer {analyst}"},
            "generation": {"max-examples": EXAMPLES},
            "operations": [
                {
                    "include-operation-id": "hand_in_report",
                    "headers": {"Authorization": f"Bearer {reporter}"},
                    # A reporter hands the same text in once, and forty texts a day.
                    "checks": {"positive_data_acceptance": {"enabled": False}},
                },
                {
                    "include-operation-id": "hand_in_bundle",  # what is legal is signed by nobody we know
                    "checks": {"positive_data_acceptance": {"enabled": False}},
                },
                {
                    "include-operation-id": "check_page",  # no page of the world is fetched here
                    "checks": {"positive_data_acceptance": {"enabled": False}},
                },
            ],
        }
    )


@pytest.fixture
def true_values() -> Iterator[None]:
    """Make legal values true ones of this record, before they are sent."""
    place = sorted(read_gazetteer("arunika").places)[0]

    def before_call(context: HookContext, case: Any, kwargs: Any) -> None:
        query, body = case.query, case.body
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        if isinstance(body, dict) and isinstance(body.get("text"), str) and not clean(body["text"]):
            body["text"] = "Sebarkan!"  # what says nothing once it is cleaned
        if not isinstance(query, dict):
            return
        if "cursor" in query:
            query["cursor"] = ""
        if case.operation.path.endswith("/claims"):
            if "place" in query:
                query["place"] = place
            if query.get("lane") == "sample":
                query.pop("label", None)  # what was drawn is what nothing flagged

    schemathesis.hook(before_call)
    yield
    schemathesis.hooks.unregister(before_call)


@pytest.mark.usefixtures("true_values")
def test_the_application_keeps_to_its_document(site: Site) -> None:
    with serving(site.app) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=configured(site))
        failures, asked, ended = run(schema)
    assert not failures, "\n\n".join(failures)
    assert ended is StopReason.COMPLETED
    operations = {f"{one.method} {path_of(one)}" for one in OPERATIONS.values()}
    for phase in ("coverage", "fuzzing"):
        assert asked[phase] == operations
    assert len(asked["stateful"]) > 4


def run(schema: BaseSchema) -> tuple[list[str], dict[str, set[str]], StopReason | None]:
    """Return what failed, each with how to ask it again; which operations were asked; and why it ended."""
    failures, asked, ended = list[str](), defaultdict[str, set[str]](set), None
    for event in from_schema(schema).execute():
        match event:
            case events.NonFatalError():
                failures.append(f"{event.label}: {event.value!r}")
            case events.FatalError():
                failures.append(repr(event.exception))
            case events.ScenarioFinished():
                sent = {key: node.value for key, node in event.recorder.cases.items()}
                asked[event.phase.value] |= {case.operation.label for case in sent.values()}
                for key, results in event.recorder.checks.items():
                    failures += [_tell(sent[key], one) for one in results if one.failure_info is not None]
            case events.EngineFinished():
                ended = event.stop_reason
    return failures, asked, ended


def _tell(case: Any, found: CheckNode) -> str:
    assert found.failure_info is not None
    failure = found.failure_info.failure
    return f"{found.name}: {failure.title}: {failure.message}\n{case.as_curl_command()}"
