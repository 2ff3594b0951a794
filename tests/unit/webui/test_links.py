"""Which links may be followed."""

import pytest

from webui.links import inside, outside


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
