"""Which links may be followed."""

import pytest

from webui.links import inside, outside, without_phones


@pytest.mark.parametrize("raw", ["/", "/queue/new", "/archive/?q=a%20b&label=hoax", "/claims/1#claim-2"])
def test_paths_of_this_site_lead_inside(raw: str) -> None:
    assert inside(raw) == raw


@pytest.mark.parametrize(
    "raw",
    [
        None, "", "queue", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "/ok\r\nSet-Cookie: a=b", " //evil.example",
        "http:evil.example", "/%5c/\\evil", "/\x00",
    ],
)  # fmt: skip
def test_every_way_out_is_refused(raw: str | None) -> None:
    assert inside(raw) is None


@pytest.mark.parametrize("raw", ["http://warta.example/1", "https://warta.example/a?b=c#d"])
def test_web_addresses_lead_outside(raw: str) -> None:
    assert outside(raw) == raw


@pytest.mark.parametrize(
    "raw", ["", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//warta.example", "https://", "ftp://a.example",
            "java\nscript:x", "http://[::1", "vbscript:x", "mailto:a@b.example"]
)  # fmt: skip
def test_nothing_else_becomes_a_link(raw: str) -> None:
    assert outside(raw) is None


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("https://a.example/?phone=6281234567890&x=1", "https://a.example/?phone=NOMOR&x=1"),
        ("https://a.example/?phone=+44 7700 900123", "https://a.example/?phone=NOMOR"),
        ("https://wa.me/6281234567890", "https://wa.me/NOMOR"),
        ("https://wa.me/+447700900123?text=a", "https://wa.me/NOMOR?text=a"),
        ("https://t.me/+6281234567890", "https://t.me/NOMOR"),
        ("https://a.example/hp-0812-3456-7890/", "https://a.example/hp-NOMOR/"),
        ("https://a.example/?phone=%2B62%2081234567890", "https://a.example/?phone=NOMOR"),
        ("https://a.example/?phone=%25362%25381234567890", "https://a.example/?phone=NOMOR"),
        ("tel:+6281234567890", "tel:NOMOR"),
    ],
)
def test_phone_numbers_of_an_address_are_masked_however_they_are_written(raw: str, shown: str) -> None:
    assert without_phones(raw) == shown
    assert without_phones(shown) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "https://kanal.example/12",
        "https://warta.example/read/2026/11/21/081512345/judul-berita",
        "https://warta.example/berita-1234567/pemilu-2029?page=2",
        "https://kanal.example/posts/100062812345678901",
        "https://kanal.example/20260812123456",
        "https://warta.example/a%20b?q=%C3%A9",
    ],
)
def test_an_address_without_a_phone_number_stays_as_it_is(raw: str) -> None:
    assert without_phones(raw) == raw
