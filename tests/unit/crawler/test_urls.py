"""One address for one article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import canonical_url, clean_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Kabar.example:443/a?utm_source=x&id=7&fbclid=1#top", "https://kabar.example/a?id=7"),
        ("http://kabar.example", "http://kabar.example/"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("javascript:alert(1)", ""),
        ("ftp://kabar.example/a", ""),
        ("http://user:pass@kabar.example/", ""),
        ("http://[::1", ""),
        ("http://kabar.example:99999/", ""),
        ("", ""),
        ("https://kabar.example/" + "a" * 3000, ""),
    ],
)
def test_an_address_is_cleaned_or_refused(url: str, expected: str) -> None:
    assert clean_url(url) == expected


def test_a_relative_address_is_completed() -> None:
    assert clean_url("/b?utm_medium=rss", "https://kabar.example/a/") == "https://kabar.example/b"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    once = clean_url(raw, "https://kabar.example/")

    assert once == "" or clean_url(once) == once


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("https://kabar.example/berita/1", "https://kabar.example/berita/1"),
        ("/berita/1", "https://kabar.example/berita/1"),
        ("https://lain.example/berita/1", "https://kabar.example/amp/1"),
        ("https://kabar.example/", "https://kabar.example/amp/1"),
        ("", "https://kabar.example/amp/1"),
    ],
)
def test_a_declared_address_is_believed_only_on_its_own_host(declared: str, expected: str) -> None:
    assert canonical_url(declared, "https://kabar.example/amp/1?utm_source=x") == expected
