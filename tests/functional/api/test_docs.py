"""The examples of docs/api.md run as they stand, by bash and curl against a real server."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier.assess import Assessor
from kentongan.domain import Role
from kentongan.gazetteer import read_gazetteer
from tests.api import make_token
from tests.functional.models import city_checker
from tests.functional.serving import serving
from tests.web_city import Site
from webui.access import TABLE
from webui.api import limits
from webui.app import create_app

DOCUMENT = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
NEEDED = [name for name in ("bash", "curl", "jq") if shutil.which(name) is None]


@pytest.fixture(scope="module")
def environ(
    city: Path, tmp_path_factory: pytest.TempPathFactory, assessor: Assessor
) -> Iterator[dict[str, str]]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("docs") / "home")))
    assert site.index is not None
    site.app = create_app(site.settings, site.store, site.index, city_checker(site, assessor))
    place = sorted(read_gazetteer("arunika").places)[0]
    site.store.areas.set("field_reporter", [place], by="administrator")
    with serving(site.app) as address:
        yield {
            "PATH": os.environ["PATH"],
            "ADDRESS": address,
            "TOKEN": make_token(site, Role.ANALYST),
            "REPORTER_TOKEN": make_token(site, Role.FIELD_REPORTER),
            "PLACE": place,
        }
    site.close()


@pytest.mark.skipif(bool(NEEDED), reason=f"install {', '.join(NEEDED)} to run the examples")
@pytest.mark.parametrize("example", EXAMPLES, ids=[one.split("/api/v1/")[1][:14] for one in EXAMPLES])
def test_the_example_runs(environ: dict[str, str], example: str) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers, rest = list[object](), done.stdout.strip()
    while rest:
        value, end = json.JSONDecoder().raw_decode(rest)
        answers.append(value)
        rest = rest[end:].strip()
    assert answers


def test_every_scope_stands_in_the_document_with_who_may_use_it() -> None:
    for access in TABLE.values():
        if access.scope is not None:
            assert f"| `{access.scope.value}` |" in DOCUMENT


def test_what_the_document_says_of_limits_is_what_holds() -> None:
    looks, changes = (limit.removesuffix(" per minute") for limit in (limits.LOOKS, limits.CHANGES))
    assert f"may look {looks} times a minute and change {changes} things" in DOCUMENT
