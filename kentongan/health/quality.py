"""Whether articles are still found on a source's pages, as often as they used to be.

The last pages are compared with the source's own past, so that an outlet whose video pages never hold
an article does not alarm. Pages of one crawl are alike: the past share is a beta of bounded weight,
and bad pages in a row are likelier than if each were drawn by itself.
"""

from collections.abc import Iterator, Sequence
from math import exp, lgamma

from kentongan.collecting import CrawlRun
from kentongan.health.values import Finding, PageCounts, Trouble

WINDOW = 20  # of the last pages: more would let an old fault outlast its mend
_FALSE_ALARMS_YEARLY = 0.5  # of a source whose pages are as they were
_CHECKS, _DAYS_YEARLY = 3, 365  # articles, titles and dates, with each item
_ENOUGH_PAST = 50  # pages: with fewer, those of the last days but the newest speak too
_PRIOR_BAD, _PRIOR_PAGES, _MOST_WEIGHT = 0.5, 50.0, 200.0
_STILL_CHANCE = 0.05
_LEAST_BAD = 2  # one odd page is one odd page


def counts_of(run: CrawlRun) -> PageCounts:
    """Return the pages of a crawl, those looked at again included."""
    return PageCounts(run.pages, run.unread, run.pages - run.unread, run.untitled, run.undated)


def find_unread(runs: Sequence[CrawlRun], before: PageCounts, daily: float) -> Finding | None:
    """Return what the last pages lost against those before, what chance explains least.

    `before` are the pages before the first of `runs`; `daily` is the usual number of items.
    """
    worst: Finding | None = None
    least = _FALSE_ALARMS_YEARLY / (_CHECKS * _DAYS_YEARLY * max(1.0, daily))
    good = [0] * _CHECKS  # of the last pages, before the first bad one
    for number, counts in _last_pages(runs):
        past = before
        if before.pages < _ENOUGH_PAST:
            past = PageCounts.total((before, *map(counts_of, runs[:number])))
        for check, ((what, bad, of), (_, bad_past, of_past)) in enumerate(
            zip(_checks(counts), _checks(past), strict=True)
        ):
            if not bad:
                good[check] = of
            if bad < _LEAST_BAD or _is_over(bad / (of - good[check]), good[check]):
                continue
            chance = chance_of_bad(bad, of, bad_past, of_past)
            if chance < least:
                least = chance
                detail = f"{bad} of the last {of} pages {what}; before, {bad_past} of {of_past}"
                worst = Finding(Trouble.UNREAD_PAGES, runs[number].started_at, detail)
    return worst


def _checks(counts: PageCounts) -> tuple[tuple[str, int, int], ...]:
    return (
        ("held no article", counts.unread, counts.pages),
        ("had no title", counts.untitled, counts.read),
        ("had no date", counts.undated, counts.read),
    )


def _is_over(share: float, good: int) -> bool:
    """Tell whether so many good pages in a row are unlikely, were a share of all still bad."""
    return (1 - share) ** good < _STILL_CHANCE


def _last_pages(runs: Sequence[CrawlRun]) -> Iterator[tuple[int, PageCounts]]:
    """Yield the number of the first and the pages of the last crawl, of the last two, while they are few."""
    total = PageCounts()
    for number in reversed(range(len(runs))):
        counts = counts_of(runs[number])
        if counts.pages:
            total = PageCounts.total((total, counts))
            yield number, total
            if total.pages >= WINDOW:
                return


def chance_of_bad(bad: int, of: int, bad_past: int, of_past: int) -> float:
    """Return the chance of at least `bad` bad pages in `of`, by the past: a beta-binomial's tail."""
    share = (bad_past + _PRIOR_BAD) / (of_past + _PRIOR_PAGES)
    weight = min(_MOST_WEIGHT, of_past + _PRIOR_PAGES)
    a, b = share * weight, (1 - share) * weight
    return sum(_beta_binomial(k, of, a, b) for k in range(bad, of + 1))


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + _log_beta(k + a, n - k + b) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
