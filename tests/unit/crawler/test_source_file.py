"""Source files: what is read, and what is refused with file, line and field."""

import re
from pathlib import Path

import pytest

from crawler.errors import SourceFileError
from crawler.posts.places import PostPlace, PostSite
from crawler.source_file import host_of, parse_source, read_sources
from kentongan.domain import Permission, SourceKind

GOOD = """\
name: kabar-arunika
title: Kabar Arunika
kind: press
permission: penuh
home: https://www.kabararunika.example/
region: arunika
time_zone: Asia/Makassar
feeds: ["https://www.kabararunika.example/feed/"]
index:
  urls: ["https://www.kabararunika.example/terkini"]
  links: article h2 a
selectors:
  body: .isi
  remove: [.iklan, .terkait]
delay_seconds: 2.5
"""


def replaced(line: str, by: str) -> str:
    assert line in GOOD
    return GOOD.replace(line, by)


def test_a_source_file_gives_its_source_and_its_lists() -> None:
    parsed = parse_source(GOOD, "kabar.yaml")

    assert parsed.source.kind is SourceKind.PRESS
    assert parsed.source.time_zone == "Asia/Makassar"
    assert parsed.index is not None
    assert parsed.index.links == "article h2 a"
    assert parsed.selectors.remove == (".iklan", ".terkait")
    assert parsed.hosts == {"kabararunika.example"}
    assert parsed.active


def test_what_a_file_is_silent_about_has_a_careful_default() -> None:
    parsed = parse_source(GOOD, "kabar.yaml")

    assert (parsed.source.owner, parsed.source.expected_daily, parsed.basis) == ("", None, "")
    assert (parsed.source.every_minutes, parsed.max_articles) == (30, 300)


def test_a_file_says_whose_a_source_is_and_how_much_to_expect_of_it() -> None:
    text = (
        f"{GOOD}owner: PT Kabar Arunika\nexpected_daily: 7.5\nevery_minutes: 45\nmax_articles: 20\n"
        "active: false\nbasis: Izin tertulis.\n"
    )

    parsed = parse_source(text, "kabar.yaml")

    assert (parsed.source.owner, parsed.source.expected_daily) == ("PT Kabar Arunika", 7.5)
    assert (parsed.source.every_minutes, parsed.max_articles) == (45, 20)
    assert (
        (parsed.source.active, parsed.source.basis)
        == (parsed.active, parsed.basis)
        == (False, "Izin tertulis.")
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("owner: 7", "owner: must be a text"),
        ("expected_daily: 1001", "expected_daily: 1001 is not a number between 0 and 1000"),
        ("expected_daily: -1", "expected_daily: -1 is not a number"),
        ("expected_daily: sering", "expected_daily: 'sering' is not a number"),
        ("expected_daily: .nan", "expected_daily: nan is not a number"),
        ("every_minutes: 4", "every_minutes: 4 is not a number between 5 and 1440"),
        ("every_minutes: 1441", "every_minutes: 1441 is not a number"),
        ("max_articles: 0", "max_articles: 0 is not a whole number between 1 and 100000"),
        ("max_articles: 2.5", "max_articles: 2.5 is not a whole number"),
        ("max_articles: 100001", "max_articles: 100001 is not a whole number"),
        ("max_articles: true", "max_articles: True is not a whole number"),
    ],
)
def test_a_number_beyond_its_bounds_is_named_with_its_line(line: str, problem: str) -> None:
    with pytest.raises(SourceFileError) as caught:
        parse_source(f"{GOOD}{line}\n", "kabar.yaml")

    assert str(caught.value).startswith(f"kabar.yaml, line 16: {problem}")


def test_crawls_do_not_begin_before_every_list_could_be_asked_at_its_pace() -> None:
    feeds = ", ".join(f'"https://www.kabararunika.example/feed/{n}"' for n in range(12))
    slow = replaced('feeds: ["https://www.kabararunika.example/feed/"]', f"feeds: [{feeds}]").replace(
        "delay_seconds: 2.5", "delay_seconds: 200"
    )

    assert parse_source(slow, "kabar.yaml").source.every_minutes == 44  # 13 lists, 200 seconds apart
    assert parse_source(f"{slow}every_minutes: 60\n", "kabar.yaml").source.every_minutes == 60
    with pytest.raises(SourceFileError, match=r"line 16: every_minutes: 30 is too often: 13 lists, 200 sec"):
        parse_source(f"{slow}every_minutes: 30\n", "kabar.yaml")


def test_permission_is_feed_only_when_the_file_is_silent() -> None:
    text = replaced("permission: penuh\n", "").replace(
        GOOD[GOOD.index("index:") : GOOD.index("selectors")], ""
    )

    parsed = parse_source(text, "kabar.yaml")

    assert parsed.source.permission is Permission.FEED_ONLY
    assert parsed.feed_only


@pytest.mark.parametrize(
    ("line", "by", "field", "number"),
    [
        ("title: Kabar Arunika\n", "", "title: is missing", 1),
        ("kind: press", "kind: koran", "kind: 'koran' is not one of", 3),
        ("permission: penuh", "permission: bebas", "permission: 'bebas'", 4),
        ("home: https://www.kabararunika.example/", "home: ftp://a.example/", "home: 'ftp", 5),
        ("time_zone: Asia/Makassar", "time_zone: Asia/Arunika", "time_zone: 'Asia/Arunika'", 7),
        ("delay_seconds: 2.5", "delay_seconds: -1", "delay_seconds: -1", 15),
        ("delay_seconds: 2.5", "delay_seconds: true", "delay_seconds: True", 15),
        ("delay_seconds: 2.5", "wartawan: Budi", "wartawan: no such field", 15),
        ("  body: .isi", "  badan: .isi", "selectors.badan: no such field", 13),
        ("  body: .isi", "  body: '..isi'", "selectors.body: '..isi' is not a CSS selector", 13),
        ("  links: article h2 a\n", "", "index.links: is missing", 10),
        ("name: kabar-arunika", "name: Kabar Arunika", "name: 'Kabar Arunika' must be", 1),
        ("title: Kabar Arunika", "title: Kabar\ntitle: Arunika", "title: is given twice", 3),
        ("permission: penuh", "permission: feed-saja", "permission: feed-saja reads feeds only", 4),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(line: str, by: str, field: str, number: int) -> None:
    with pytest.raises(SourceFileError) as caught:
        parse_source(replaced(line, by), "kabar.yaml")

    assert str(caught.value).startswith(f"kabar.yaml, line {number}: {field}")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "just words", "a: &x [*x]", "? [a]\n: b"])
def test_a_file_that_is_no_mapping_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(SourceFileError, match=r"^kabar\.yaml") as caught:
        parse_source(text, "kabar.yaml")

    assert "\n" not in str(caught.value)


def test_fact_checks_are_looked_for_less_often_than_news() -> None:
    parsed = parse_source(replaced("kind: press", "kind: fact_checker"), "cek.yaml")

    assert parsed.source.every_minutes == 60


def test_a_channel_has_a_channel_and_nothing_else() -> None:
    with pytest.raises(SourceFileError, match="public_channel"):
        parse_source(replaced("kind: press", "kind: public_channel"), "kanal.yaml")


POSTS = """\
name: warga-arunika
title: Warga Arunika
kind: public_channel
home: https://sosial.example/
region: arunika
time_zone: Asia/Makassar
mastodon:
  at: https://sosial.example/
  tags:
    - arunika
    - SawahLuhur
"""
MASTODON = POSTS[POSTS.index("mastodon:") :]


def with_place(yaml: str) -> str:
    return POSTS.replace(MASTODON, yaml)


def test_a_site_of_posts_is_its_address_and_what_it_is_asked_for() -> None:
    parsed = parse_source(POSTS, "warga.yaml")

    assert parsed.posts == PostPlace(PostSite.MASTODON, "https://sosial.example", ("arunika", "SawahLuhur"))
    assert parsed.hosts == {"sosial.example"}
    assert parsed.delay_seconds == 5


@pytest.mark.parametrize(
    ("yaml", "at", "names", "delay"),
    [
        ("bluesky: {queries: [pasar arunika, '#arunika']}", "https://public.api.bsky.app", ("pasar arunika", "#arunika"), 5),
        ("youtube: {channels: [UC0123456789abcdefghij-_]}", "https://www.youtube.com", ("UC0123456789abcdefghij-_",), 5),
        ("reddit: {communities: [indonesia]}", "https://www.reddit.com", ("indonesia",), 60),
        ("reddit: {communities: [indonesia]}\ndelay_seconds: 90", "https://www.reddit.com", ("indonesia",), 90),
    ],
)  # fmt: skip
def test_a_site_that_is_in_one_place_only_needs_no_address(
    yaml: str, at: str, names: tuple[str, ...], delay: float
) -> None:
    parsed = parse_source(with_place(f"{yaml}\n"), "warga.yaml")

    assert parsed.posts is not None
    assert (parsed.posts.at, parsed.posts.names, parsed.delay_seconds) == (at, names, delay)
    assert parsed.source.every_minutes == (30 if parsed.posts.site is PostSite.BLUESKY else 60)
    assert host_of(at) in parsed.hosts


@pytest.mark.parametrize(
    ("yaml", "field", "number"),
    [
        ("mastodon:\n  tags: [a]", "mastodon.at: is missing", 8),
        ("mastodon:\n  at: https://sosial.example", "mastodon.tags: is missing", 8),
        ("mastodon:\n  at: https://sosial.example/@sari\n  tags: [a]", "mastodon.at: 'https://sosial.example/@sari' must be", 8),
        ("mastodon:\n  at: ftp://sosial.example\n  tags: [a]", "mastodon.at: 'ftp", 8),
        ("mastodon:\n  at: https://sosial.example\n  tags: arunika", "mastodon.tags: must be a list of 1 to 20", 9),
        ("mastodon:\n  at: https://sosial.example\n  tags: []", "mastodon.tags: must be a list of 1 to 20", 9),
        ("mastodon:\n  at: https://sosial.example\n  tags:\n    - a\n    - '#b'", "mastodon.tags: '#b' must be a tag", 11),
        ("mastodon:\n  at: https://sosial.example\n  tags:\n    - a\n    - 2024", "mastodon.tags: must be a tag", 11),
        ("mastodon:\n  at: https://sosial.example\n  tags:\n    - a\n    - A", "mastodon.tags: 'A' is given twice", 11),
        ("mastodon:\n  at: https://sosial.example\n  tags: [a]\n  akun: [sari]", "mastodon.akun: no such field", 10),
        ("mastodon: https://sosial.example", "mastodon: must be a mapping", 7),
        ("bluesky:\n  queries: ['pasar from:sari.example']", "bluesky.queries: 'pasar from:sari.example' must be", 8),
        ("bluesky:\n  queries: ['@sari.example']", "bluesky.queries: '@sari.example' must be", 8),
        ("bluesky:\n  queries: [' ']", "bluesky.queries: ' ' must be", 8),
        ("youtube:\n  channels: ['@kanal']", "youtube.channels: '@kanal' must be a channel's id", 8),
        ("reddit:\n  communities: [r/indonesia]", "reddit.communities: 'r/indonesia' must be a community", 8),
        ("reddit:\n  communities: [u_sari]", "reddit.communities: 'u_sari' must be a community", 8),
        ("youtube: {channels: [UC0123456789abcdefghij-_]}\nreddit: {communities: [a_b]}", "reddit: a source reads one site", 8),
        ("reddit: {communities: [a_b]}\nchannel: https://t.me/s/x", "reddit: a public_channel has one of channel, mastodon", 7),
        ("reddit: {communities: [a_b]}\nfeeds: ['https://a.example/rss']", "reddit: a public_channel has one of", 7),
        ("twitter: {queries: [a]}\nchannel: https://t.me/s/x", "twitter: no such field", 7),
    ],
)  # fmt: skip
def test_a_mistake_in_a_site_of_posts_is_named_with_its_line_and_field(
    yaml: str, field: str, number: int
) -> None:
    with pytest.raises(SourceFileError) as caught:
        parse_source(with_place(f"{yaml}\n"), "warga.yaml")

    assert str(caught.value).startswith(f"warga.yaml, line {number}: {field}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["press", "government"])
def test_only_a_public_channel_reads_posts(kind: str) -> None:
    text = POSTS.replace("kind: public_channel", f"kind: {kind}") + 'feeds: ["https://sosial.example/rss"]\n'

    with pytest.raises(SourceFileError, match="mastodon: a public_channel has one of"):
        parse_source(text, "warga.yaml")


def test_the_examples_in_the_documents_are_good_and_none_is_active() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
    examples = [parse_source(text, "sources.md") for text in re.findall(r"```yaml\n(.*?)```", page, re.S)]

    assert {e.posts.site for e in examples if e.posts} == set(PostSite)
    assert any(e.channel for e in examples)
    assert not any(e.active for e in examples)


def test_a_fact_checker_cannot_be_read_by_its_feed_alone() -> None:
    text = GOOD[: GOOD.index("index:")].replace("penuh", "feed-saja").replace("press", "fact_checker")

    with pytest.raises(SourceFileError, match="verdicts stand on the pages"):
        parse_source(text, "cek.yaml")


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")

    with pytest.raises(SourceFileError, match=r"b\.yaml: name: 'kabar-arunika' is in another file"):
        read_sources(tmp_path)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.kabararunika.example./a", "kabararunika.example"),
        ("http://kabararunika.example.:8080/", "kabararunika.example:8080"),
    ],
)
def test_a_host_with_the_dot_of_the_root_is_the_same_host(url: str, host: str) -> None:
    assert host_of(url) == host
