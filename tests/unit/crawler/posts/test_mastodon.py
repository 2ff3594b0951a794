"""Mastodon's timelines: what is read, what is withheld, and which addresses are believed."""

import json
from datetime import UTC, datetime

import pytest

from crawler.errors import CrawlError
from crawler.posts.mastodon import page_url, read
from crawler.posts.reading import Reading
from tests.unit.crawler.posts.invented import status

AT = "https://sosial.example"


def reading(*statuses: object) -> Reading:
    return read(json.dumps(statuses).encode(), AT)


def test_a_page_is_asked_for_with_the_most_it_gives_and_older_ones_by_the_last_id() -> None:
    assert page_url(AT, "arunika", "") == f"{AT}/api/v1/timelines/tag/arunika?limit=40"
    assert page_url(AT, "kotaké", "17") == f"{AT}/api/v1/timelines/tag/kotak%C3%A9?limit=40&max_id=17"


def test_a_post_is_its_text_its_address_its_moment_and_a_handle() -> None:
    link = '<a href="https://a.example/b"><span class="invisible">https://</span><span>a.example/b</span></a>'
    [post] = reading(
        status(7, spoiler_text="Awas", content=f"<p>Pasar &amp; jalan<br>ditutup</p><p>{link}</p>")
    ).posts

    assert post.text == "Awas\nPasar & jalan\nditutup\nhttps://a.example/b"
    assert post.url == f"{AT}/@sari/7"
    assert post.handle == "sari@sosial.example"
    assert post.published_at == datetime(2025, 11, 3, 2, tzinfo=UTC)
    assert post.language == "id"
    assert post.title == ""


@pytest.mark.parametrize(
    "withheld",
    [
        status(1, visibility="unlisted"),
        status(1, visibility="private"),
        status(1, visibility=None),
        status(1, account={"noindex": True}),
        status(1, account={"indexable": False}),
        status(1) | {"account": None},
    ],
)
def test_what_is_not_public_or_not_to_be_indexed_is_counted_and_nowhere_kept(withheld: object) -> None:
    found = reading(status(2), withheld)

    assert [p.url for p in found.posts] == [f"{AT}/@sari/2"]
    assert (found.withheld, found.unread) == (1, 0)
    assert found.kept is not None
    assert [s["id"] for s in json.loads(found.kept)] == ["2"]
    assert found.older == "1"


def test_an_answer_that_withholds_nothing_is_kept_as_it_came() -> None:
    assert reading(status(2)).kept is None


def test_an_account_of_an_older_instance_that_says_nothing_about_indexing_is_read() -> None:
    old = status(2)
    assert isinstance(old["account"], dict)
    del old["account"]["noindex"], old["account"]["indexable"]

    assert len(reading(old).posts) == 1


def test_a_post_passed_on_and_one_of_pictures_alone_are_passed_over() -> None:
    found = reading(status(2, reblog=status(1)), status(1, content="<p></p>"))

    assert (found.posts, found.unread) == ((), 0)


def test_a_post_of_another_instance_has_its_own_address_there() -> None:
    [post] = reading(status(7, "https://lain.example", account={"acct": "sari@lain.example"})).posts

    assert post.url == "https://lain.example/@sari/7"
    assert post.handle == "sari@lain.example"


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://kabararunika.example/@sari/7", "https://lain.example/users/sari/statuses/7"),
        ("https://lain.example/2025/11/berita/", "https://lain.example/?p=7"),
        ("https://lain.example/@sari/7?judul=berita", "https://lain.example/users/sari/statuses/7"),
        ("http://10.0.0.1/@sari/7", "http://10.0.0.1/users/sari/statuses/7"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (None, None),
    ],
)
def test_an_address_that_cannot_be_believed_gives_way_to_the_instances_own_page(
    url: object, uri: object
) -> None:
    [post] = reading(status(7, url=url, uri=uri, account={"acct": "sari@lain.example"})).posts

    assert post.url == f"{AT}/@sari@lain.example/7"


@pytest.mark.parametrize("fields", [{"account": {"acct": "../x"}}, {"id": "../7", "url": ""}])
def test_a_post_without_account_or_address_is_told_and_the_others_are_read(fields: dict[str, object]) -> None:
    found = reading(status(8), status(7) | fields, "bukan pos")

    assert len(found.posts) == 1
    assert found.unread == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":"x"}', b"[" * 100_000, b"\xff\xfe"])
def test_an_error_page_is_an_error_and_not_an_empty_timeline(body: bytes) -> None:
    with pytest.raises(CrawlError, match="Mastodon"):
        read(body, AT)


def test_an_empty_timeline_is_no_posts_and_the_end() -> None:
    assert reading() == Reading(())
