"""What is proposed: it reads back as it was meant, whatever a site calls itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.bans import Ban, BanKind
from crawler.discovery.draft import write_draft
from crawler.discovery.findings import Findings, Wish
from crawler.discovery.page_hints import fetchable, one_line
from crawler.discovery.proposing import draft_of, free_name, slug_of, warnings_of
from crawler.discovery.samples import Sample
from crawler.discovery.trials import How, Trial
from crawler.posts.places import PostPlace, PostSite
from kentongan.domain import Permission, SourceKind

NOW = datetime(2025, 11, 3, 2, 15, tzinfo=UTC)
FEED = Trial(How.FEED, "https://kabar.example/feed/", entries=12, newest=NOW, oldest=NOW, per_day=3.0)
WISH = Wish("kabar.example", "arunika", "Asia/Jakarta", Permission.FEED_ONLY, NOW)


def found(chosen: Trial = FEED, **extra: object) -> Findings:
    told = {
        "home": "https://kabar.example/",
        "title": "Kabar Arunika",
        "language": "id",
        "time_zone": "",
        "delay_seconds": 0.0,
        "trials": (chosen,),
        "chosen": chosen,
        **extra,
    }
    return Findings(**told)  # type: ignore[arg-type]


TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=":#-{}[]&*!|>'\"%@`?,\\ \t\n\r\u2028\u0085\u00a0\ufeff0aé", max_size=80),
    st.sampled_from(
        ["true", "null", "~", "1e3", "0x1f", "2025-01-01", "---", "...", "=", "<<", "🥁" * 40, "y: n"]
    ),
)


@settings(deadline=None)  # the first one loads the words for dates
@given(title=TEXTS, said=TEXTS, url=TEXTS, author=TEXTS)
def test_whatever_a_site_says_the_proposal_reads_back(title: str, said: str, url: str, author: str) -> None:
    ban = Ban(BanKind.NOTICE, url, said)
    sample = Sample("https://kabar.example/a", "", 500, title, author)
    findings = found(title=title, bans=(ban,), samples=(sample,), language=said, warnings=(said,))

    for permission in Permission:
        wish = replace(WISH, permission=permission, url=url)
        draft = draft_of(findings, wish)
        text, source = write_draft(draft)

        assert source.source.title == draft.title
        assert 0 < len(source.source.title) <= 80
        assert (source.source.kind, source.source.permission) == (SourceKind.PRESS, permission)
        assert (source.feeds, source.source.home) == ((FEED.url,), "https://kabar.example/")
        assert source.basis == " ".join(draft.basis.split())
        assert not source.active
        assert not source.source.press_council
        assert text.isprintable() or set(filter(lambda c: not c.isprintable(), text)) == {"\n"}
        warnings_of(findings, wish)


@given(st.text(max_size=200))
def test_an_address_is_written_in_ascii_or_not_at_all(path: str) -> None:
    url = fetchable(f"https://kabar.example/{path}")
    if url:
        _, source = write_draft(draft_of(found(replace(FEED, url=url)), WISH))
        assert source.feeds == (url,)


@given(TEXTS, st.integers(1, 90))
def test_one_line_is_one_printable_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable()
    assert line == " ".join(line.split())


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("https://www.inibalikpapan.example/", "inibalikpapan"),
        ("https://bangka.kabarnews.com/", "bangka-kabarnews"),
        ("https://arunikakota.go.id/", "arunikakota"),
        ("https://kabar.co.id/", "kabar"),
        ("http://127.0.0.1:8000/", "127-0-0-1"),
        ("https://xn--kbar-6qa.id/", "xn-kbar-6qa"),
    ],
)
def test_a_source_is_named_by_the_words_of_its_host(home: str, name: str) -> None:
    assert slug_of(found(home=home)) == name


def test_a_place_of_posts_is_named_by_what_is_asked_for() -> None:
    posts = PostPlace(PostSite.BLUESKY, "https://public.api.bsky.app", ("#Arunika",))
    assert slug_of(found(posts=posts)) == "bluesky-arunika"
    assert slug_of(found(channel="https://t.me/s/Info_Warga")) == "info-warga"


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("kabar", {"lain"}) == "kabar"
    assert free_name("kabar", {"kabar", "kabar-2"}) == "kabar-3"


@pytest.mark.parametrize("host", ["arunikakota.go.id", "kominfo.arunikakota.go.id", "sawahluhur.desa.id"])
def test_state_bodies_are_told_by_their_domain(host: str) -> None:
    assert draft_of(found(home=f"https://{host}/"), WISH).kind is SourceKind.GOVERNMENT
    assert draft_of(found(home="https://arunikago.id/"), WISH).kind is SourceKind.PRESS


def test_every_list_is_written_as_the_crawl_reads_it() -> None:
    full = replace(WISH, permission=Permission.WRITTEN)
    index = Trial(How.INDEX, "https://kabar.example/", entries=6, selector="h3 a")
    for chosen in (
        replace(FEED, how=How.WORDPRESS, url="https://kabar.example"),
        replace(FEED, how=How.SITEMAP),
        index,
    ):
        _, source = write_draft(draft_of(found(chosen), full))
        assert (source.wordpress, source.sitemaps, source.index is not None) == (
            chosen.url if chosen.how is How.WORDPRESS else "",
            (chosen.url,) if chosen.how is How.SITEMAP else (),
            chosen.how is How.INDEX,
        )


@pytest.mark.parametrize(
    ("site", "name", "delay"),
    [
        (PostSite.MASTODON, "arunika", 5),
        (PostSite.BLUESKY, "#arunika", 5),
        (PostSite.YOUTUBE, "UC" + "0" * 22, 5),
        (PostSite.REDDIT, "arunika", 60),
    ],
)
def test_every_place_of_posts_is_written_as_the_crawl_reads_it(site: PostSite, name: str, delay: int) -> None:
    posts = PostPlace(site, "https://sosial.example", (name,))
    chosen = Trial(How.POSTS, "https://sosial.example/x", entries=3)
    _, source = write_draft(
        draft_of(found(chosen, posts=posts, delay_seconds=posts.least_delay_seconds), WISH)
    )
    assert (source.posts, source.delay_seconds) == (posts, delay)


@pytest.mark.parametrize(
    ("per_day", "expected"),
    [(1e-6, 1e-6), (0.26, 0.26), (2.34, 2.3), (12.4, 12), (90_000.0, 1000), (None, None)],
)
def test_the_pace_is_written_as_what_to_expect_a_day(per_day: float | None, expected: float | None) -> None:
    _, source = write_draft(draft_of(found(replace(FEED, per_day=per_day)), WISH))
    assert source.source.expected_daily == expected


def test_what_a_person_has_to_know_is_said() -> None:
    ahead = replace(FEED, newest=NOW + timedelta(hours=7))
    told = warnings_of(found(ahead, language="en"), WISH)
    assert "the newest entry is dated in the future: the site's zone may be told wrongly" in told
    assert "the language seems to be 'en', not Indonesian" in told
    assert warnings_of(found(), WISH) == []


def test_the_basis_says_what_was_seen_when_and_that_people_decide() -> None:
    basis = draft_of(found(), WISH).basis
    assert basis.startswith(
        "Usulan otomatis, dilihat 3 November 2025. Umpan terbaca: 12 butir, terbaru 3 November 2025"
    )
    assert "kira-kira 3,0 sehari" in basis
    assert "Izin membaca halaman belum diminta" in basis
    assert "persetujuan orang kedua" in basis
