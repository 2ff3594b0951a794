"""The sources over HTTP: what everybody may know of them, and how they are for those who read the queue."""

import re
from datetime import timedelta
from typing import Any

from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.domain import Role
from pipeline.health import watch
from tests.factories import make_source
from tests.web_city import NOW, Browser, Site

PAGE, PUBLIC = "/sumber/kesehatan", "/sumber/"
HALF = timedelta(minutes=30)


def fill(site: Site, name: str, *, ill: int = 0, **about: Any) -> None:
    """Put in two days of crawls, the last `ill` of which met an error page."""
    site.store.collector.save_source(make_source(name, title=f"Kabar {name}", **about))
    for turn in range(96):
        at = NOW - (96 - turn) * HALF
        run = CrawlRun(
            name, at, at + timedelta(minutes=1), Outcome.DONE, lists=1, listed=20, robots=Robots.OPEN,
            items=int(turn % 4 == 0), pages=int(turn % 4 == 0), newest_at=at - HALF,
        )  # fmt: skip
        if turn >= 96 - ill:
            run = CrawlRun(
                name, at, at + timedelta(minutes=1), Outcome.DONE, lists_failed=1, errors=1,
                problem=f"https://{name}.example/rss: not a feed (<b>mati</b>)", robots=Robots.OPEN,
            )  # fmt: skip
        site.store.crawls.save(run)
    watch(site.store, NOW)


def part(page: str, name: str) -> str:
    found = re.search(rf'<li class="source" id="{name}">.*?(?=<li class="source"|</main>)', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_healthy_source_is_said_to_be_with_its_figures(site: Site, analyst: Browser) -> None:
    fill(site, "sehat", owner="PT Kabar Sehat", basis="RSS terbuka", press_council=True, expected_daily=12.0)
    shown = part(analyst.get(PAGE).text, "sehat")
    assert "✓" in shown
    assert "state-healthy" in shown
    assert re.search(r"<dd>1[12] <span", shown)
    assert "PT Kabar Sehat" in shown
    assert "RSS terbuka" in shown
    assert shown.count("<rect") > 10
    assert "<polyline" in shown
    assert len(re.findall(r'<th scope="row"><time', shown)) == 7


def test_an_error_page_with_200_is_unwell_and_comes_first(site: Site, analyst: Browser) -> None:
    fill(site, "sehat")
    fill(site, "sakit", ill=8)
    page = analyst.get(PAGE).text
    shown = part(page, "sakit")
    assert "✗" in shown
    assert "state-unhealthy" in shown
    assert page.index('id="sakit"') < page.index('id="sehat"')
    assert "8 crawls in a row" in shown
    assert "not a feed (&lt;b&gt;mati&lt;/b&gt;)" in shown
    assert "<b>mati" not in page


def test_alarms_that_ended_are_shown_for_a_month(site: Site, analyst: Browser) -> None:
    fill(site, "sakit", ill=8)
    at = NOW + HALF
    site.store.crawls.save(
        CrawlRun("sakit", NOW, NOW, Outcome.DONE, lists=1, listed=20, newest_at=NOW, items=1)
    )
    watch(site.store, at)
    shown = part(analyst.get(PAGE).text, "sakit")
    assert "state-healthy" in shown
    assert "8 crawls in a row" in shown


def test_when_nobody_crawls_the_page_says_that_before_all_else(site: Site, analyst: Browser) -> None:
    for name in ("satu", "dua"):
        site.store.collector.save_source(make_source(name))
    for source in site.store.items.sources():
        old = NOW - timedelta(days=1)
        site.store.crawls.save(CrawlRun(source.name, old, old, Outcome.DONE, lists=1, listed=3))
    page = analyst.get(PAGE).text
    assert 'role="alert"' in page
    fill(site, "sehat")
    site.app.extensions.pop("kentongan-outlook")
    assert 'role="alert"' not in analyst.get(PAGE).text


def test_a_source_never_read_says_so(site: Site, analyst: Browser) -> None:
    site.store.collector.save_source(make_source("baru"))
    shown = part(analyst.get(PAGE).text, "baru")
    assert ">?<" in shown
    assert "<svg" not in shown


def test_everybody_may_see_what_is_read_and_on_what_ground_but_not_how_it_is(site: Site) -> None:
    fill(site, "sakit", ill=8, owner="PT Kabar <i>Sakit</i>", basis="surat izin 2026", active=True)
    page = site.client().get(PUBLIC)
    assert page.status_code == 200
    assert "Kabar sakit" in page.text
    assert "PT Kabar &lt;i&gt;Sakit&lt;/i&gt;" in page.text
    assert "surat izin 2026" in page.text
    assert "✗" not in page.text
    assert "crawls in a row" not in page.text
    assert PAGE not in page.text


def test_a_source_that_is_not_read_at_present_is_listed_with_its_ground(site: Site) -> None:
    site.store.collector.save_source(make_source("diam", active=False, basis="menunggu izin"))
    assert "menunggu izin" in site.client().get(PUBLIC).text


def test_an_address_that_is_none_is_text(site: Site, analyst: Browser) -> None:
    site.store.collector.save_source(
        make_source("jahat", home="javascript:alert(1)", title="<script>x</script>")
    )
    for page in (site.client().get(PUBLIC).text, analyst.get(PAGE).text):
        assert 'href="javascript' not in page
        assert "<script>x" not in page


def test_readers_of_the_queue_see_the_health_and_nobody_else_does(site: Site) -> None:
    for role in Role:
        wanted = 403 if role in (Role.LIAISON, Role.FIELD_REPORTER) else 200
        browser = site.client(role)
        assert browser.get(PAGE).status_code == wanted
        assert (f'href="{PAGE}"' in browser.get("/no-such-page").text) == (wanted == 200)
        assert f'href="{PUBLIC}"' in browser.get("/no-such-page").text
