"""How long a site asks us to wait, in each way of saying it, and how long where it does not say.

Owns: reading `Retry-After`, `X-RateLimit-*` and `RateLimit-*`, and the backoff. Leaves waiting
to `pace`.
"""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Headers

TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503
REFUSALS = frozenset({TOO_MANY_REQUESTS, UNAVAILABLE})  # "not now", of a page that may well be there
UNTOLD_RESET_SECONDS = 60.0  # no request left, and not told until when
FIRST_BACKOFF_SECONDS = 5.0  # then 10, 20, 40, 80, and no further (`pace.MAX_REFUSALS`)
_EPOCH = 1_000_000_000.0  # a number above this is a moment, below it a number of seconds
_LONGEST = 366 * 24 * 3600.0


def told_wait(status: int, headers: Headers, now: datetime) -> float | None:
    """Return for how many seconds an answer asks us not to ask again: 0 or more, at most a year.

    None where it refuses (429, 503) and does not say for how long. Resets are moments (Mastodon,
    Bluesky) or seconds (Reddit); Retry-After is seconds or a date (RFC 9110, 10.2.3).
    """
    remaining = _number(_told(headers, "Remaining"))
    refused = status in REFUSALS
    if not refused and (remaining is None or remaining >= 1):
        return 0.0
    waits = [_seconds(_text(headers, "Retry-After"), now)] if refused else []
    if status == TOO_MANY_REQUESTS or (remaining is not None and remaining < 1):
        waits.append(_seconds(_told(headers, "Reset"), now))
    told = [wait for wait in waits if wait is not None]
    if told:
        return max(told)
    return None if refused else UNTOLD_RESET_SECONDS


def backoff_seconds(refusals: int, first: float, chance: float) -> float:
    """Return how long to wait after so many refusals in a row (1 or more) that name no time.

    Doubles each time. `chance` (0 to 1) takes away up to a half, so that many crawlers that
    were refused together do not come back together.
    """
    return min(first * 2.0 ** min(refusals - 1, 30), _LONGEST) * (1 - chance / 2)


def _told(headers: Headers, name: str) -> str:
    return _text(headers, f"X-RateLimit-{name}") or _text(headers, f"RateLimit-{name}")


def _text(headers: Headers, name: str) -> str:
    value = headers.get(name)
    return value.decode("latin-1").strip() if isinstance(value, bytes) else ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds(text: str, now: datetime) -> float | None:
    number = _number(text)
    if number is None:
        at = _date(text)
        number = (at - now).total_seconds() if at is not None else None
    elif number > _EPOCH:
        number -= now.timestamp()
    return None if number is None else min(max(number, 0.0), _LONGEST)


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
