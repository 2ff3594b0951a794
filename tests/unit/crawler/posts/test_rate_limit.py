"""How long a site asks to wait, in each way of saying it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers

from crawler.posts.rate_limit import UNTOLD_WAIT_SECONDS, wait_seconds

NOW = datetime(2025, 11, 3, 2, 0, tzinfo=UTC)
NAMES = (
    "Retry-After",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "RateLimit-Remaining",
    "RateLimit-Reset",
)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {}, 0),
        (200, {"X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2025-11-03T02:05:00.000Z"}, 0),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2025-11-03T02:05:00.000Z"}, 300),
        (200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "41"}, 41),
        (200, {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(NOW.timestamp()) + 30)}, 30),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2025-11-03T01:00:00Z"}, 0),
        (200, {"X-RateLimit-Remaining": "0"}, UNTOLD_WAIT_SECONDS),
        (200, {"Retry-After": "60"}, 0),
        (429, {"Retry-After": "90"}, 90),
        (429, {"Retry-After": "Mon, 03 Nov 2025 02:01:00 GMT"}, 60),
        (429, {"Retry-After": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "50"}, 50),
        (429, {"x-ratelimit-reset": "50"}, 50),
        (429, {}, UNTOLD_WAIT_SECONDS),
        (429, {"Retry-After": "segera"}, UNTOLD_WAIT_SECONDS),
        (503, {"Retry-After": "7"}, 7),
        (503, {}, 0),
        (404, {}, 0),
    ],
)
def test_a_wait_is_read_in_the_sites_own_way(status: int, headers: dict[str, str], seconds: float) -> None:
    assert wait_seconds(status, Headers(headers), NOW) == pytest.approx(seconds)


@given(
    status=st.sampled_from((200, 403, 429, 503)),
    headers=st.dictionaries(
        st.sampled_from(NAMES),
        st.binary(max_size=40)
        | st.sampled_from((b"nan", b"inf", b"-1", b"1e308", b"9" * 400, b"9999-12-31T23:59:59"))
        | st.integers().map(lambda n: str(n).encode()),
    ),
)
def test_whatever_a_site_says_a_wait_is_a_number_of_seconds(status: int, headers: dict[str, bytes]) -> None:
    assert 0 <= wait_seconds(status, Headers(headers), NOW) < 400 * 24 * 3600
