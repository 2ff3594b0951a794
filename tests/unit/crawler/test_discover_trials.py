"""What counts as a list, how often it brings something, and which of several is the best."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.bans import AI_AGENTS, bans_of_robots
from crawler.discovery.index_links import guess_selector
from crawler.discovery.page_hints import read_hints, zone_of_words
from crawler.discovery.places import NoSource, place_of, preview_of, tag_of, youtube_channel
from crawler.discovery.trials import (
    How,
    Trial,
    best,
    is_comments,
    is_section,
    pace,
    try_feed,
    try_index,
    try_sitemap,
    try_wordpress,
)
from crawler.errors import CrawlError
from crawler.fetch_visit import Robots
from crawler.page import parse
from crawler.robots import read_rules
from crawler.settings import ROBOTS_NAME

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2025, 11, 3, 2, 15, tzinfo=UTC)
HOSTS = frozenset({"kabar.example"})
HOME = "https://kabar.example/"


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>Kabar</title><link>{link}</link></item>" for link in links)
    return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_the_pace_is_that_of_the_newest_and_an_old_pinned_entry_says_nothing() -> None:
    daily = [NOW - timedelta(days=n) for n in range(8)]
    assert pace(daily)[2] == 1.0
    newest, oldest, per_day = pace([*daily, NOW - timedelta(days=900)])
    assert (newest, oldest, per_day) == (NOW, NOW - timedelta(days=900), 1.0)
    assert pace([]) == (None, None, None)
    assert pace([NOW]) == (NOW, NOW, None)
    assert pace([NOW, NOW]) == (NOW, NOW, None)


def test_the_best_is_fresh_then_full_and_never_one_that_cannot_be_used() -> None:
    old = Trial(How.FEED, "old", entries=500, newest=NOW - timedelta(days=400), per_day=99.0)
    slow = Trial(How.FEED, "slow", entries=20, newest=NOW, per_day=1.0)
    full = Trial(How.FEED, "full", entries=10, newest=NOW - timedelta(hours=3), per_day=12.0)
    broken = Trial(How.FEED, "broken", "not a feed", entries=900, newest=NOW, per_day=99.0)
    undated = Trial(How.FEED, "undated", entries=900)
    assert best([old, slow, full, broken, undated]) == full
    assert best([undated, broken]) == undated
    assert best([broken]) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://kabar.example/comments/feed/",
        "https://kabar.example/2025/11/judul/comments/feed",
        "https://kabar.example/?feed=comments-rss2",
        "https://kabar.example/feeds/comments/default",
        "https://kabar.example/feeds/12345/comments/default",
    ],
)
def test_feeds_of_comments_are_told_by_their_address(url: str) -> None:
    assert is_comments(url)
    assert not is_comments("https://kabar.example/feed/")
    assert is_comments("https://kabar.example/x", "Kabar » Umpan Komentar")


def test_feeds_of_sections_are_told_by_their_address() -> None:
    assert is_section("https://kabar.example/category/olahraga/feed/")
    assert is_section("https://kabar.example/feeds/posts/default/-/Olahraga")
    assert not is_section("https://kabar.example/rss/terkini.xml")


def test_a_feed_that_lists_another_site_cannot_be_used() -> None:
    trial = try_feed(
        rss("https://lain.example/1", "https://lain.example/2"), f"{HOME}feed", ZONE, HOSTS, False
    )
    assert (trial.usable, trial.elsewhere, trial.problem) == (False, True, "lists another site: lain.example")
    assert try_feed(rss(f"{HOME}1"), f"{HOME}feed", ZONE, HOSTS, False).usable
    assert try_feed(rss(), f"{HOME}feed", ZONE, HOSTS, False).problem == "empty"


@given(st.binary(max_size=300) | st.text(alphabet='<>rs/feditmlnk&;[]{}" x', max_size=300).map(str.encode))
def test_any_bytes_are_a_list_or_are_told_to_be_none(body: bytes) -> None:
    trials = [
        try_feed(body, HOME, ZONE, HOSTS, False),
        try_sitemap(body, HOME, ZONE, HOSTS, False),
        try_wordpress(body, HOME, "https://kabar.example", ZONE, False),
        try_index(body, HOME, None, "h3 a", False),
    ]
    assert all(trial.problem or trial.entries for trial in trials)


@given(st.text(max_size=400))
def test_any_page_gives_hints_or_is_none(html: str) -> None:
    try:
        hints = read_hints(html.encode("utf-8", "replace"), HOME, "utf-8", {})
    except CrawlError:
        return
    assert len(hints.title) <= 80


def test_the_zone_is_the_one_that_stands_most_beside_hours() -> None:
    assert zone_of_words("09:15 WITA, 10.00 WITA, pukul 07:30 WIB, WIT WIT WIT") == "Asia/Makassar"
    assert zone_of_words("WIB adalah waktu Indonesia bagian barat") == ""


def test_the_title_is_the_site_and_not_its_slogan() -> None:
    def title(html: str) -> str:
        return read_hints(html.encode(), "https://www.kabararunika.example/", None, {}).title

    assert title("<title>Berita terkini hari ini - Kabar Arunika</title><p>x</p>") == "Kabar Arunika"
    assert title("<title>Beranda | Portal Warga</title><p>x</p>") == "Portal Warga"
    assert (
        title('<meta property="og:site_name" content="Kabar: Arunika"><title>a</title>') == "Kabar: Arunika"
    )
    assert title("<p>tanpa judul</p>") == ""


def robots(text: str) -> Robots:
    return Robots(read_rules(text.encode(), ROBOTS_NAME), text)


def test_robots_txt_that_bars_ai_crawlers_alone_is_told_with_their_names() -> None:
    told = bans_of_robots(robots("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n"), HOME)
    assert [ban.said for ban in told] == ["GPTBot, CCBot"]
    assert bans_of_robots(robots("User-agent: *\nDisallow: /\n"), HOME) == []
    signal = bans_of_robots(
        robots("User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n"), HOME
    )
    assert [ban.said for ban in signal] == ["search=yes, ai-train=no"]
    assert bans_of_robots(None, HOME) == []
    assert len(set(AI_AGENTS)) == len(AI_AGENTS)


def test_a_selector_is_guessed_only_when_most_of_what_it_finds_are_articles() -> None:
    def page(number: int) -> str:
        links = "".join(
            f'<div class="item"><a href="/berita/warga-arunika-rapat-{n}">Warga Arunika rapat lagi {n}</a></div>'
            for n in range(number)
        )
        menu = "".join(f'<li class="menu"><a href="/menu-{n}">Menu {n}</a></li>' for n in range(30))
        return f"<html><body>{menu}{links}</body></html>"

    assert guess_selector(parse(page(8)), HOME) == ".item a"
    assert guess_selector(parse(page(4)), HOME) == ""


@pytest.mark.parametrize(
    ("url", "channel", "names"),
    [
        ("https://t.me/infowarga", "https://t.me/s/infowarga", ()),
        ("https://t.me/s/infowarga?before=9", "https://t.me/s/infowarga", ()),
        ("https://telegram.me/infowarga/123", "https://t.me/s/infowarga", ()),
        (f"https://www.youtube.com/channel/UC{'a' * 22}/videos", "", (f"UC{'a' * 22}",)),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id=UC{'a' * 22}", "", (f"UC{'a' * 22}",)),
        ("https://old.reddit.com/r/indonesia/top", "", ("indonesia",)),
        ("https://bsky.app/hashtag/arunika", "", ("#arunika",)),
    ],
)
def test_addresses_of_public_posts_are_recognised(url: str, channel: str, names: tuple[str, ...]) -> None:
    place = place_of(url)
    assert place is not None
    assert place.channel == channel
    assert (place.posts.names if place.posts else ()) == names


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me/joinchat/abc",
        "https://t.me/",
        "https://m.facebook.com/groups/1",
        "https://www.youtube.com/watch?v=abc",
        "https://www.youtube.com/channel/abc",
        "https://www.reddit.com/u/warga",
        "https://bsky.app/profile/warga.example",
        "https://sosial.example/@warga/1",
        "https://chat.whatsapp.com/abc",
    ],
)
def test_pages_of_persons_and_closed_sites_are_no_source(url: str) -> None:
    with pytest.raises(NoSource):
        place_of(url)


def test_a_site_is_no_place_of_posts_and_a_tag_or_preview_only_perhaps() -> None:
    assert place_of("https://kabar.example/r/x") is None
    assert place_of("https://www.youtube.com/@kabararunika") is None  # its number stands on the page
    assert tag_of("https://sosial.example/tags/arunika") is not None
    assert tag_of("https://kabar.example/tag/arunika") is None
    assert preview_of("https://kabar.example/s/infowarga") is not None
    assert preview_of("https://kabar.example/s/a/b") is None


def test_the_number_of_a_channel_stands_on_its_page() -> None:
    number = "UC" + "b" * 22
    page = f'<html><head><link rel="canonical" href="https://www.youtube.com/channel/{number}"></head><p>x</p></html>'
    assert youtube_channel(parse(page)) == number
    assert youtube_channel(parse("<html><p>x</p></html>")) == ""
