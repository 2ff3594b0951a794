"""Tiered reports against those who mean ill: markup in every field, and on every page that shows it."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kentongan.domain import Role
from kentongan.ids import new_id
from kentongan.rounds.rules import MAX_FACTS
from kentongan.rounds.values import Round
from tests.functional.web.test_rounds import another, path, send
from tests.rounds import JATIWENING, MEKARJAYA, soon
from tests.security.test_web_content import PAYLOADS, Parts
from tests.web_city import Site


@pytest.fixture(scope="module")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("rounds") / "home")))
    yield site
    site.close()


@pytest.fixture(scope="module")
def one(site: Site) -> Round:
    at = datetime.now(UTC)
    return site.store.rounds.open("x", new_id(), at.date(), at.date(), soon(at), [JATIWENING], at=at)


def test_what_is_typed_never_runs_on_any_page(site: Site, one: Round) -> None:
    site.store.areas.set(Role.FIELD_REPORTER.value, [JATIWENING], by="test")
    lurah, analyst = site.client(Role.FIELD_REPORTER), site.client(Role.ANALYST)
    camat, below = another(site, "camat", MEKARJAYA), path(one, JATIWENING, "/terkirim")
    desk = f"/laporan/putaran/{one.id}"
    said = {"situation": "notable", "done": PAYLOADS[4], "advice": PAYLOADS[3]}
    for number, payload in enumerate(PAYLOADS[:MAX_FACTS]):
        said |= {f"fact-{number}-what": f"Ada {payload}", f"fact-{number}-how": payload}
    assert send(lurah, path(one), do="send", **said).status_code == 303
    assert send(camat, below, do="return", note=PAYLOADS[0]).status_code == 303
    pages = [lurah.get("/lapangan/"), lurah.get(path(one)), camat.get(below)]
    assert send(lurah, path(one), do="send", **said | {"done": PAYLOADS[1]}).status_code == 303
    assert send(camat, below, do="take").status_code == 303
    pages.append(camat.get(path(one, MEKARJAYA)))
    whole = {"situation": "notable", "assessment": PAYLOADS[5]}
    assert send(camat, path(one, MEKARJAYA), do="send", **whole).status_code == 303
    assert send(analyst, f"{desk}/{MEKARJAYA}", do="take").status_code == 303
    report = analyst.post(f"{desk}/laporan", kind="daily").location
    pages += [analyst.get(where) for where in (desk, f"{desk}/{JATIWENING}", f"{desk}/{MEKARJAYA}", report)]
    stale = {"csrf_token": lurah.token("/lapangan/"), "version": "0", "do": "send", **said}
    pages.append(lurah.client.post(path(one), data=stale))
    shown = [page.text for page in pages]
    assert sum("alert(1)" in text for text in shown) >= 6
    for text in shown:
        assert Parts(text).problems == []
    assert len(max(shown, key=len).encode()) < 100_000


def test_a_form_without_its_token_changes_nothing(site: Site, one: Round) -> None:
    lurah = site.client(Role.FIELD_REPORTER)
    before = site.store.submissions.of_round(one.id)
    for where in (path(one), path(one, JATIWENING, "/terkirim"), "/lapangan/pengingat"):
        assert lurah.client.post(where, data={"version": "0", "do": "nihil"}).status_code == 400
    analyst = site.client(Role.ANALYST)
    for where in (
        "/laporan/putaran/",
        f"/laporan/putaran/{one.id}/tutup",
        f"/laporan/putaran/{one.id}/laporan",
    ):
        assert analyst.client.post(where, data={"kind": "daily"}).status_code == 400
    assert site.store.submissions.of_round(one.id) == before
