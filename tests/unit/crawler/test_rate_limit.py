"""How long a site asks to wait, in each way of saying it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers

from crawler.pace import MAX_WAIT_SECONDS
from crawler.rate_limit import UNTOLD_RESET_SECONDS, backoff_seconds, told_wait

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
        (200, {"X-RateLimit-Remaining": "0"}, UNTOLD_RESET_SECONDS),
        (200, {"Retry-After": "60"}, 0),
        (429, {"Retry-After": "90"}, 90),
        (429, {"Retry-After": "Mon, 03 Nov 2025 02:01:00 GMT"}, 60),
        (429, {"Retry-After": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "50"}, 50),
        (429, {"x-ratelimit-reset": "50"}, 50),
        (429, {}, None),
        (429, {"Retry-After": "segera"}, None),
        (503, {"Retry-After": "7"}, 7),
        (503, {}, None),
        (503, {"Retry-After": "Mon, 03 Nov 2025 02:01:00 GMT"}, 60),
        (404, {}, 0),
    ],
)
def test_a_wait_is_read_in_the_sites_own_way(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert told_wait(status, Headers(headers), NOW) == (None if seconds is None else pytest.approx(seconds))


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
    assert 0 <= (told_wait(status, Headers(headers), NOW) or 0) < 400 * 24 * 3600


def test_without_a_word_the_wait_doubles_and_stays_within_what_is_waited_at_all() -> None:
    waits = [backoff_seconds(n, 5.0, 0.0) for n in range(1, 6)]

    assert waits == [5, 10, 20, 40, 80]
    assert max(waits) <= MAX_WAIT_SECONDS


@given(refusals=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_chance_shortens_a_wait_by_half_at_most(refusals: int, chance: float) -> None:
    whole = backoff_seconds(refusals, 5.0, 0.0)

    assert 0 < whole / 2 <= backoff_seconds(refusals, 5.0, chance) <= whole
