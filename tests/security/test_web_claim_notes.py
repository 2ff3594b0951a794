"""Hostile notes on claims: what is typed stays words, and reaches nobody who may not read it."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from kentongan.domain import Role
from tests.security.test_web_content import PAYLOADS, Parts
from tests.web_city import Browser, Site

ODD = [*PAYLOADS, "@{" + "-" * 36 + "}", "@" * 200, "\u202eterbalik\u202c @head", "@head" + "<b>" * 50]


@pytest.fixture(scope="module")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("notes") / "home")))
    yield site
    site.close()


@pytest.fixture(scope="module")
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


@pytest.mark.parametrize("payload", ODD)
def test_a_hostile_note_stays_words(site: Site, analyst: Browser, payload: str) -> None:
    claim = site.claims()[1]
    answer = analyst.post(f"/claims/{claim}/catatan", note=f"@head Catatan {payload} selesai")
    assert answer.status_code == 303
    head = site.client(Role.HEAD)
    pages = {
        "claim": analyst.get(f"/claims/{claim}").text,
        "past": analyst.get(f"/claims/{claim}/riwayat").text,
        "mentions": head.get("/claims/sebutan").text,
        "refused": analyst.post(f"/claims/{claim}/catatan", note=payload + "x" * 4001).text,
    }
    for name, page in pages.items():
        assert Parts(page).problems == [], name
        assert "\u202e" not in page or name == "refused", name  # what one typed oneself comes back as it was
    assert "selesai" in unescape(pages["mentions"])


def test_a_note_needs_the_pages_own_token(site: Site, analyst: Browser) -> None:
    claim = site.claims()[2]
    answer = analyst.client.post(f"/claims/{claim}/catatan", data={"note": "Dari situs lain."})
    assert answer.status_code == 400
    assert site.store.notes.of_claim(claim, 5) == []


@pytest.mark.parametrize("role", [Role.LIAISON, Role.FIELD_REPORTER])
def test_who_reads_no_claims_writes_and_reads_no_notes(site: Site, role: Role) -> None:
    claim, browser = site.claims()[2], site.client(role)
    assert browser.post(f"/claims/{claim}/catatan", note="Halo").status_code == 403
    assert browser.get(f"/claims/{claim}/riwayat").status_code == 403
    assert site.store.notes.of_claim(claim, 5) == []
