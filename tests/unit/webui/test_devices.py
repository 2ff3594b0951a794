"""Browsers are told apart in plain words, and never by more than that."""

import pytest

from webui.devices import read_device


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Windows")),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/139.0 Mobile/15E148 Safari/604.1",
            ("Chrome", "iPhone / iPad"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Safari/605.1.15",
            ("Safari", "macOS"),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/139.0", ("Chrome", "Linux")),
        ("curl/8.1", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>" * 1000, ("", "")),
    ],
)  # fmt: skip
def test_a_user_agent_is_read_as_browser_and_system(user_agent: str, device: tuple[str, str]) -> None:
    assert read_device(user_agent) == device
