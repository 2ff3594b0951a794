"""Searching the archive over HTTP, with the real index and with one that is gone."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from elasticsearch import Elasticsearch

from kentongan.domain import Role
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import DIMENSIONS
from tests.web_city import NOW, Browser, Site
from webui.app import create_app


def titles(page: str) -> list[str]:
    return re.findall(r"<li>\s*<h3>.*?<a [^>]*>(.*?)<", page, re.DOTALL)


def test_a_search_shows_hits_highlights_counts_and_what_was_understood(analyst: Browser) -> None:
    page = unescape(analyst.get("/archive/?q=mekarjaya").text)
    assert "3 hasil" in page
    assert len(titles(page)) == 3
    assert re.search(r"<mark>Mekarjaya</mark>", page)
    assert "Dibaca sebagai:" in page
    assert re.search(
        r'name="label" value="hoax".*?<span>indikasi hoaks</span> <span class="count">3', page, re.DOTALL
    )


def test_filters_narrow_and_stay_ticked(analyst: Browser) -> None:
    page = analyst.get("/archive/?label=identity_politics&platform=post").text
    assert len(titles(page)) == 1
    assert "putra daerah" in page
    assert re.search(r'name="label" value="identity_politics" checked', page)
    assert "Kabar Pasar" in analyst.get("/archive/?source=kabar-pasar").text
    assert len(titles(analyst.get("/archive/?stance=reports").text)) == 1


def test_dates_are_days_of_the_region_both_included(site: Site, analyst: Browser) -> None:
    assert "9 hasil" in analyst.get("/archive/?since=2020-01-01").text
    assert "0 hasil" in analyst.get("/archive/?until=2020-01-01").text


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-02-30",
        "sort=rumour",
        "kind=person",
        "q=" + "x" * 501,
        "cursor=nonsense",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_page(analyst: Browser, query: str) -> None:
    answer = analyst.get(f"/archive/?{query}")
    assert answer.status_code == 400
    assert "Isian tidak dapat dibaca" in answer.text


@pytest.mark.parametrize(
    "query", ['"', "OR OR", "(((", "label:", "-", "*", "a\x00b", "';--", "%", "author:analyst"]
)
def test_anything_may_be_typed(analyst: Browser, query: str) -> None:
    assert analyst.get("/archive/", query_string={"q": query}).status_code == 200


def test_the_last_row_is_reached_by_paging(
    site: Site, analyst: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.archive.asking.ROWS", 2)
    found: list[str] = []
    path: str | None = "/archive/?sort=newest"
    while path:
        page = analyst.get(path).text
        found += re.findall(r'href="/archive/items/([^"/]+)"', page)
        onward = re.search(r'<a href="([^"]+)">Halaman berikutnya', page)
        path = unescape(onward[1]) if onward else None
    assert len(found) == len(set(found)) == 9


def test_nobody_can_be_searched(analyst: Browser) -> None:
    page = analyst.get("/archive/").text
    assert "Pengunggah tidak dapat dicari" in page
    assert not re.search(r'name="(author|user|poster)"', page)


def test_fact_checks_are_found_with_the_publishers_address(analyst: Browser) -> None:
    page = analyst.get("/archive/?kind=fact_check&q=mekarjaya").text
    assert 'href="https://periksa.example/1"' in page
    assert "Putusan: dibantah" in page


def test_nothing_found_and_search_down_look_different(site: Site, analyst: Browser) -> None:
    nothing = analyst.get("/archive/?q=xyzzyq")
    assert nothing.status_code == 200
    assert "Tidak ada hasil." in nothing.text
    assert "Pencarian sedang mati" not in nothing.text
    assert site.index is not None
    site.index.close()
    for path in sorted((site.home / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() or path.is_symlink() else path.rmdir()
    down = analyst.get("/archive/?q=xyzzyq")
    assert down.status_code == 503
    assert "Pencarian sedang mati" in down.text
    assert "Tidak ada hasil." not in down.text
    assert 'value="xyzzyq"' in down.text  # what was typed is kept
    assert analyst.get("/queue/new").status_code == 200


def test_an_unreachable_server_is_search_down_and_not_an_empty_page(site: Site, tmp_path: Path) -> None:
    gone = Elasticsearch("http://127.0.0.1:9", max_retries=0, request_timeout=1)
    other = Site(site.home, index=ElasticIndex(gone))
    answer = other.client(Role.ANALYST).get("/archive/?q=mekarjaya")
    other.close()
    assert answer.status_code == 503
    assert "mungkin saja hasilnya ada" in answer.text


def test_results_are_told_over_time_and_each_row_leads_to_its_days(analyst: Browser) -> None:
    page = unescape(analyst.get(f"/archive/?since={NOW - timedelta(days=20):%Y-%m-%d}").text)
    rows = re.findall(r'<td><a href="([^"]+)">[^<]*</a></td><td class="number">(\d+)</td>', page)
    assert sum(int(count) for _, count in rows) == 9
    for link, count in rows:
        assert f"{count} hasil" in analyst.get(link).text


def test_days_may_be_typed_and_what_was_understood_is_said(analyst: Browser) -> None:
    page = unescape(analyst.get("/archive/", query_string={"q": "mekarjaya sejak:2020"}).text)
    assert "3 hasil" in page
    assert "mekarjaya since:2020-01-01" in page
    assert "0 hasil" in analyst.get("/archive/", query_string={"q": "mekarjaya sampai:2020"}).text


def test_items_of_one_claim_are_asked_for_by_its_id(site: Site, analyst: Browser) -> None:
    claim = next(c for c in site.claims() if site.store.claims.view(c).claim.item_count == 3)
    page = analyst.get(f"/archive/?claim={claim}").text
    assert "3 hasil" in page
    assert f'href="/claims/{claim}"' in page
    assert f'name="claim" value="{claim}"' in page  # a new search stays within it
    assert analyst.get("/archive/?claim=nobody").status_code == 400


def test_where_few_hold_all_words_those_with_some_follow_and_are_told_apart(analyst: Browser) -> None:
    page = unescape(analyst.get("/archive/", query_string={"q": "banjir mekarjaya"}).text)
    assert "0 hasil" in page
    assert "Dengan sebagian kata" in page
    assert "banjir OR mekarjaya" in page
    assert len(titles(page)) == 4
    assert "Dengan sebagian kata" not in analyst.get("/archive/?q=mekarjaya").text
    newest = analyst.get("/archive/", query_string={"q": "banjir mekarjaya", "sort": "newest"}).text
    assert titles(newest) == []


def test_what_is_like_an_item_is_one_link_away(analyst: Browser) -> None:
    page = analyst.get("/archive/?q=putra").text
    item = re.findall(r'href="/archive/items/([^"/]+)/similar"', analyst.get("/archive/?q=sebelah").text)[0]
    shown = analyst.get(f"/archive/items/{item}/similar").text
    others = set(re.findall(r'href="/archive/items/([^"/]+)"', shown)) - {item}
    assert len(others) >= 2
    assert "INFO A1 DARI ORANG DALAM" in shown
    assert page.count("/similar") == 1
    assert analyst.get("/archive/items/01a2001f-0000-7000-8000-000000000000/similar").status_code == 404


def test_meaning_is_asked_for_only_where_there_is_a_model(site: Site, analyst: Browser) -> None:
    assert 'name="meaning"' not in analyst.get("/archive/").text
    assert "hasil menurut kata saja" in analyst.get("/archive/?q=mekarjaya&meaning=1").text
    asked: list[str] = []

    def embed(text: str) -> bytes:
        asked.append(text)
        return bytes(np.eye(1, DIMENSIONS, dtype="<f2").tobytes())

    assert site.index is not None
    app = create_app(site.settings, site.store, site.index, embed=embed)
    browser = Browser(app.test_client())
    browser.client.set_cookie("kentongan", analyst.client.get_cookie("kentongan").value)  # type: ignore[union-attr]
    page = browser.get("/archive/?q=mekarjaya&meaning=1").text
    assert 'name="meaning" value="1" checked' in page
    assert len(titles(page)) == 3
    assert asked == ["mekarjaya"]
    browser.get("/archive/?q=mekarjaya")
    assert asked == ["mekarjaya"]


def test_searches_and_views_are_audited(site: Site, analyst: Browser) -> None:
    page = analyst.get("/archive/?q=mekarjaya&label=hoax").text
    item = re.findall(r'href="/archive/items/([^"/]+)"', page)[0]
    assert analyst.get(f"/archive/items/{item}").status_code == 200
    viewed, searched = site.store.audit.latest(2)
    assert (viewed.action, viewed.subject) == ("view item", item)
    assert (searched.actor, searched.action, searched.subject) == ("analyst", "search", "mekarjaya")
    assert searched.detail["filters"] == {"label": ["hoax"]}
    assert searched.detail["total"] == 3


def test_an_item_shows_its_text_and_leads_to_its_claim(site: Site, analyst: Browser) -> None:
    page = analyst.get("/archive/?q=mekarjaya").text
    item = re.findall(r'href="/archive/items/([^"/]+)"', page)[0]
    shown = analyst.get(f"/archive/items/{item}").text
    claim = re.search(r'href="/claims/([0-9a-f-]{36})"', shown)
    assert claim is not None
    assert UUID(claim[1]) in site.claims()
    assert analyst.get("/archive/items/01a2001f-0000-7000-8000-000000000000").status_code == 404


def test_an_index_that_was_never_built_says_how_to_build_it(site: Site, tmp_path: Path) -> None:
    other = Site(site.home, index=EmbeddedIndex(tmp_path / "nothing"))
    answer = other.client(Role.ANALYST).get("/archive/")
    other.close()
    assert answer.status_code == 503
    assert "kentongan reindex" in answer.text
