"""Nothing on a page leads to a person: no phone number in an address, no poster, no handle (R5, R6)."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from kentongan.domain import Evidence, Label, NewItem, Platform, Role
from tests.web_city import NOW, Browser, Seen, Site, see

NUMBER = "81234567890"


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


def pages(site: Site, analyst: Browser, seen: Seen, number: int) -> list[str]:
    """Return every page that shows one item."""
    check = next(iter(site.store.fact_checks.all())).id
    claim = see(site.store, seen, number, check)
    view = site.store.claims.view(claim)
    lane = view.claim.lane.value
    paths = (f"/claims/{claim}", f"/archive/items/{view.items[0].item.id}", f"/queue/{lane}", "/archive/")
    return [unescape(analyst.get(path).text) for path in paths]


@pytest.mark.parametrize(
    "url",
    [
        f"https://kanal.example/p/1?phone=62{NUMBER}",
        f"https://wa.me/62{NUMBER}?text=halo",
        f"https://api.whatsapp.com/send?phone=%2B62{NUMBER}&text=a",
        f"https://kanal.example/hubungi/0{NUMBER}",
        "https://kanal.example/p/1?phone=%36%3281234567890",
    ],
)
def test_no_page_shows_or_links_the_phone_number_in_the_address_of_a_post(
    site: Site, analyst: Browser, url: str
) -> None:
    number = sum(map(ord, url))
    text = f"Kabar nomor {number} tentang pasar {number} di gang {number}."
    seen = Seen("kanal-ibu", text, labels=(Label.HOAX,), url=url)
    claim, item, *others = pages(site, analyst, seen, number)
    for page in (claim, item, *others):
        assert NUMBER not in page
        assert "%36%32" not in page
    for page in (claim, item):
        assert "NOMOR" in page
        assert 'href="https://' not in page


def test_a_byline_shows_no_handle_number_or_address(site: Site, analyst: Browser) -> None:
    author = f"Penulis Arunika @budi_s 0{NUMBER} budi@surat.example"
    text = "Lampu jalan di gang tujuh padam sejak pekan lalu dan warga menunggu perbaikannya."
    found = pages(site, analyst, Seen("warta", text, author=author, labels=(Label.HOAX,)), 70)
    assert ["Penulis Arunika" in page for page in found] == [True, True, False, False]
    for page in found:
        for hidden in ("budi_s", NUMBER, "budi@"):
            assert hidden not in page


@pytest.mark.parametrize("source", ["kanal-ibu", "warta"])
def test_a_post_has_no_byline_not_even_a_pseudonym(site: Site, analyst: Browser, source: str) -> None:
    poster = "p0123456789abcdef"
    saved = site.store.collector.save_item(
        NewItem(source, Platform.POST, f"Kiriman singkat dari {source}.", author=poster, seen_at=NOW)
    )
    assert site.store.items.view(saved.id).item.author == poster
    assert poster not in analyst.get(f"/archive/items/{saved.id}").text


def test_the_address_of_the_evidence_is_masked_too(site: Site, analyst: Browser) -> None:
    url = f"https://kanal.example/p/9?phone=62{NUMBER}"
    saved = site.store.collector.save_item(
        NewItem("kanal-ibu", Platform.POST, "Sebuah kabar yang diambil.", url, published_at=NOW, seen_at=NOW,
                evidence=Evidence(url, "0" * 64, NOW))
    )  # fmt: skip
    page = analyst.get(f"/archive/items/{saved.id}").text
    assert "SHA-256" in page
    assert NUMBER not in page
