"""The invented city: enough of everything, nobody real, and websites that behave like websites."""

import gzip
import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from itertools import combinations
from pathlib import Path
from typing import Any

import feedparser
import lxml.etree
import lxml.html
import pytest
import yaml
from lxml.html import HtmlElement

from cli.demo.dates import date_page, voting_day
from cli.demo.pages import Page, PageKind, read_pages
from cli.demo.sites import DemoCity, expected_labels, serve_demo_sites, trap_urls
from crawler.source_file import read_sources
from kentongan.text import containment, shingles

NOW = datetime(2030, 5, 14, 3, 20, 41, tzinfo=UTC)
PAGES = read_pages()
RUN_WORDS = 4
CONTENT = Path(__file__).parents[3] / "cli" / "demo" / "content"


@pytest.fixture(scope="module")
def city() -> Iterator[DemoCity]:
    with serve_demo_sites(NOW) as served:
        yield served


def origin(city: DemoCity, name: str) -> str:
    return next(site.origin for site in city.sites if site.name == name)


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.headers, exc.read()


def parse(body: bytes) -> HtmlElement:
    tree = lxml.html.fromstring(body)
    assert isinstance(tree, HtmlElement)
    return tree


def text_of(page: Page) -> str:
    return date_page(page, NOW).text


# --- what is written


def test_there_are_pages_of_every_kind_and_enough_traps() -> None:
    kinds = Counter(page.kind for page in PAGES)

    assert len(PAGES) >= 100
    assert set(kinds) == set(PageKind)
    assert kinds[PageKind.TRAP] >= 36
    assert len({page.trap for page in PAGES if page.trap}) >= 10
    assert all((page.kind is PageKind.TRAP) == bool(page.trap) for page in PAGES)


def test_ids_are_unique_and_files_stay_small() -> None:
    assert len({page.id for page in PAGES}) == len(PAGES)
    assert all(path.stat().st_size < 200_000 for path in CONTENT.iterdir())


def test_only_offending_pages_expect_labels() -> None:
    offending = {PageKind.HOAX, PageKind.BLACK_CAMPAIGN, PageKind.IDENTITY_POLITICS}

    for page in PAGES:
        assert bool(page.labels) == (page.kind in offending), page.id
        assert not page.labels or page.kind.value in page.labels, page.id


def test_lengths_are_those_of_real_articles_and_posts() -> None:
    words = {page.id: len(text_of(page).split()) for page in PAGES}
    posts = [words[p.id] for p in PAGES if p.site == "kanal"]
    news = [words[p.id] for p in PAGES if p.site in ("warta", "suara", "pesisir")]

    assert all(15 <= n <= 120 for n in posts)
    assert all(100 <= n <= 350 for n in news)
    assert sum(news) / len(news) >= 150


def test_texts_share_no_phrasing_except_declared_copies() -> None:
    runs = {page.id: shingles(text_of(page), RUN_WORDS) for page in PAGES}
    alike = [
        (a.id, b.id)
        for a, b in combinations(PAGES, 2)
        if not (a.group and a.group == b.group) and containment(runs[a.id], runs[b.id]) > 0.12
    ]

    assert alike == []


def test_declared_copies_are_copies() -> None:
    groups: dict[str, list[Page]] = {}
    for page in PAGES:
        if page.group:
            groups.setdefault(page.group, []).append(page)

    assert sum(len({p.site for p in pages}) > 1 for pages in groups.values()) >= 4
    assert sum(pages[0].site == "kanal" and len(pages) >= 2 for pages in groups.values()) >= 4
    for pages in groups.values():
        for page in pages:
            own = shingles(text_of(page), RUN_WORDS)
            others = [shingles(text_of(p), RUN_WORDS) for p in pages if p is not page]
            assert max(containment(own, other) for other in others) >= 0.5, page.id


def test_at_least_eight_hoaxes_are_matched_by_checks_in_other_words() -> None:
    checks = {page.claim: page for page in PAGES if page.kind is PageKind.FACT_CHECK}
    checked = {page.claim for page in PAGES if page.labels and page.claim in checks}

    assert len(checked) >= 8
    assert {page.verdict for page in checks.values()} >= {"Salah", "Menyesatkan", "Belum terbukti", "Benar"}
    for page in PAGES:
        if page.labels and page.claim in checks:
            reviewed = shingles(checks[page.claim].claim_reviewed, RUN_WORDS)
            assert containment(shingles(text_of(page), RUN_WORDS), reviewed) < 0.5, page.id


def test_both_regional_registers_are_heard() -> None:
    assert Counter(p.register for p in PAGES if p.labels) >= Counter({"bangka": 4, "balikpapan": 4})


def test_no_real_party_is_named(shared_data: Path) -> None:
    parties = shared_data / "region" / "partai.json"
    if not parties.is_file():
        pytest.skip("the list of real parties (region/partai.json) is not among the development data")
    everything = "\n".join(path.read_text(encoding="utf-8") for path in CONTENT.iterdir())

    for party in json.loads(parties.read_text(encoding="utf-8")):
        for name in {party["nama_parpol"], party["akronim"]}:
            exact = re.escape(name)
            assert not re.search(rf"\b{exact}\b", everything), name
            assert len(name) < 8 or not re.search(exact, everything, re.I), name


def test_contact_details_lead_nowhere() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in CONTENT.iterdir())

    assert set(re.findall(r"https?://[\w.-]*?([\w]+)(?=[/\s])", everything)) == {"example"}
    assert all("0000 0000" in number for number in re.findall(r"\b08\d{2}[ -]?[\d -]{6,}", everything))


# --- dates


def test_the_city_never_votes_before_the_demo_and_always_on_a_wednesday() -> None:
    for offset in range(14):
        today = date(2031, 2, 1) + timedelta(days=offset)
        assert voting_day(today).weekday() == 2
        assert 6 <= (voting_day(today) - today).days <= 12


def test_every_page_is_recent_and_no_date_is_left_unfilled() -> None:
    for page in PAGES:
        story = date_page(page, NOW)
        assert NOW - timedelta(days=7) < story.published <= story.modified <= NOW, page.id
        assert not re.search(r"[{}]", story.text), page.id


# --- the websites


def test_every_address_answers_with_its_own_text(city: DemoCity) -> None:
    for url, page in city.pages.items():
        status, _, body = get(url)
        shown = " ".join(parse(body).text_content().split())
        assert status == 200, url
        last = date_page(page, NOW).paragraphs[-1].replace("*", "")
        assert " ".join(last.split()) in shown, page.id


def test_labels_and_traps_are_told_by_address(city: DemoCity) -> None:
    labels, traps = expected_labels(city), trap_urls(city)

    assert set(city.pages.values()) == set(PAGES)
    assert len(traps) >= 36
    assert all(not labels[url] for url in traps)
    assert len(labels) == sum(page.kind is not PageKind.FACT_CHECK for page in PAGES)


def test_source_files_are_read_by_the_crawler(city: DemoCity, tmp_path: Path) -> None:
    written = city.write_sources(tmp_path / "sources")
    sources = read_sources(tmp_path / "sources")

    assert {path.stem for path in written} == {source.name for source in sources}
    assert {yaml.safe_load(text)["name"] for text in city.source_yaml.values()} == set(city.source_yaml)
    assert [s.name for s in sources if s.wordpress] == ["warta-arunika"]
    assert [s.name for s in sources if s.feeds] == ["suara-muara"]
    assert [s.name for s in sources if s.sitemaps] == ["kabar-pesisir"]
    assert [s.name for s in sources if s.channel] == ["info-warga-arunika"]
    assert [s.name for s in sources if s.index] == ["cek-arunika"]


def test_every_site_has_robots_rules_and_its_own_origin(city: DemoCity) -> None:
    assert len({site.origin for site in city.sites}) == 5
    for site in city.sites:
        status, headers, body = get(f"{site.origin}/robots.txt")
        assert status == 200
        assert headers["Content-Type"].startswith("text/plain")
        assert body.startswith(b"User-agent: *")


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_an_unchanged_page_is_answered_304_without_a_body(city: DemoCity, header: str) -> None:
    condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    by_site = {page.site: url for url, page in city.pages.items()}
    for url in by_site.values():
        _, headers, _ = get(url)
        status, _, body = get(url, {condition: headers[header]})
        assert (status, body) == (304, b""), url


def test_an_unknown_address_is_404_and_posting_is_refused(city: DemoCity) -> None:
    for site in city.sites:
        assert get(f"{site.origin}/tidak-ada")[0] == 404
        request = urllib.request.Request(f"{site.origin}/", data=b"x", method="POST")
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(request, timeout=10)


def test_wordpress_pages_through_its_posts_and_trims_fields(city: DemoCity) -> None:
    api = origin(city, "warta-arunika") + "/wp-json/wp/v2/posts"
    found: list[dict[str, Any]] = []
    total_pages, number = 1, 1
    while number <= total_pages:
        status, headers, body = get(f"{api}?per_page=9&page={number}&_fields=link,date,title,content")
        assert status == 200
        total_pages = int(headers["X-WP-TotalPages"])
        found += json.loads(body)
        number += 1

    assert int(headers["X-WP-Total"]) == len(found) == sum(page.site == "warta" for page in PAGES)
    assert all(set(post) == {"link", "date", "title", "content"} for post in found)
    assert all(post["link"] in city.pages for post in found)
    assert [post["date"] for post in found] == sorted((post["date"] for post in found), reverse=True)
    assert all("Baca juga" in post["content"]["rendered"] for post in found)


def test_wordpress_refuses_a_page_past_the_end_and_nonsense(city: DemoCity) -> None:
    api = origin(city, "warta-arunika") + "/wp-json/wp/v2/posts"

    status, _, body = get(f"{api}?page=99")
    assert (status, json.loads(body)["code"]) == (400, "rest_post_invalid_page_number")
    for query in ("per_page=101", "page=nol", "modified_after=kemarin"):
        status, _, body = get(f"{api}?{query}")
        assert (status, json.loads(body)["code"]) == (400, "rest_invalid_param"), query


def test_wordpress_tells_what_was_corrected_since(city: DemoCity) -> None:
    api = origin(city, "warta-arunika") + "/wp-json/wp/v2/posts"
    corrected = next(page for page in PAGES if page.revised_hours_ago is not None)
    since = (NOW - timedelta(hours=corrected.revised_hours_ago or 0, minutes=30)).isoformat()

    query = f"modified_after={since.replace('+', '%2B')}&per_page=100"
    links = [post["link"] for post in json.loads(get(f"{api}?{query}")[2])]
    published = [post["link"] for post in json.loads(get(f"{api}?{query.replace('modified_', '')}")[2])]
    url = next(url for url, page in city.pages.items() if page.id == corrected.id)

    assert url in links
    assert url not in published


def test_the_feed_is_a_feed_of_every_story(city: DemoCity) -> None:
    feed = feedparser.parse(get(origin(city, "suara-muara") + "/feed")[2])

    assert not feed.bozo
    assert feed.version == "rss20"
    assert {entry.id for entry in feed.entries} == {
        url for url, page in city.pages.items() if page.site == "suara"
    }
    assert all(entry.published_parsed and entry.author and entry.summary for entry in feed.entries)


def test_the_sitemap_index_leads_to_every_story_through_a_compressed_child(city: DemoCity) -> None:
    def locations(body: bytes) -> list[str]:
        return [node.text or "" for node in lxml.etree.fromstring(body).iter("{*}loc")]

    children = locations(get(origin(city, "kabar-pesisir") + "/sitemap_index.xml")[2])
    bodies = {url: get(url)[2] for url in children}
    zipped = [url for url in children if url.endswith(".gz")]
    found = [
        loc
        for url, body in bodies.items()
        for loc in locations(gzip.decompress(body) if url in zipped else body)
    ]

    assert len(children) == 2
    assert len(zipped) == 1
    assert sorted(found) == sorted(url for url, page in city.pages.items() if page.site == "pesisir")


def test_comment_boxes_hold_spam_that_is_no_part_of_the_story(city: DemoCity) -> None:
    for url, page in city.pages.items():
        if page.site == "pesisir":
            tree = parse(get(url)[2])
            assert len(tree.cssselect("li.comment")) >= 4
            assert not tree.cssselect("div.post-body li.comment")
            assert "Tinggalkan Balasan" in tree.text_content()


def test_the_channel_pages_back_to_its_first_post(city: DemoCity) -> None:
    home = origin(city, "info-warga-arunika")
    url, seen = f"{home}/s/info_warga_arunika", set[str]()
    pages = 0
    while url:
        tree = parse(get(url)[2])
        messages = tree.cssselect("div.tgme_widget_message[data-post]")
        for message in messages:
            assert message.cssselect("div.tgme_widget_message_text")
            assert message.cssselect(".tgme_widget_message_views")
            moment = message.cssselect("a.tgme_widget_message_date > time[datetime]")[0].get("datetime")
            assert datetime.fromisoformat(moment or "").tzinfo
            seen.add(f"{home}/{message.get('data-post')}")
        older = tree.cssselect("a.tme_messages_more[data-before]")
        url = f"{home}/s/info_warga_arunika?before={older[0].get('data-before')}" if older else ""
        pages += 1

    assert pages == 3
    assert seen == {address for address, page in city.pages.items() if page.site == "kanal"}


def test_every_check_declares_a_claim_review(city: DemoCity) -> None:
    checks = [(url, page) for url, page in city.pages.items() if page.kind is PageKind.FACT_CHECK]
    listed = parse(get(origin(city, "cek-arunika") + "/periksa")[2])

    assert len(listed.cssselect("a.kartu-periksa")) == len(checks)
    for url, page in checks:
        scripts = parse(get(url)[2]).cssselect('script[type="application/ld+json"]')
        review = json.loads(scripts[0].text or "")
        assert review["@type"] == "ClaimReview"
        assert review["claimReviewed"] == page.claim_reviewed
        assert review["reviewRating"]["alternateName"] == page.verdict
        assert date.fromisoformat(review["datePublished"])


def test_the_ports_are_free_again_afterwards() -> None:
    with serve_demo_sites(NOW) as served:
        url = served.sites[0].origin + "/"
        assert get(url)[0] == 200

    with pytest.raises(urllib.error.URLError):
        get(url)
