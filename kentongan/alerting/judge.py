"""Whether what was seen of a subject in a day is a burst, or back after a silence. Pure functions.

A base rate is corrected twice and the larger expectation counts. By volume: the subject's part of all that
was collected before, times what was collected now, so that a new source or a busy day is no burst. By
watching: its number per watched day before, times how much of this day was watched, so that a day on which
only the sources that speak of it could be read is none either. Days with nothing watched carry no weight:
a broken source never makes the base rate look calm.
"""

from kentongan.alerting.surprise import chance_of, dispersion_of, limit_for
from kentongan.alerting.values import DEFAULT, Counted, Found, Kind, Rule, Watched

_HALF = 0.5  # an item: what is added to the count before, so that "never seen" is not "impossible" (Jeffreys)


def judge(seen: Counted, all_seen: Watched, subjects: int, rule: Rule = DEFAULT) -> Found | None:
    """Return why a subject is to be told of, or None. A return after a silence goes before a burst.

    `subjects` is how many are judged at once: with more of them each must be more surprising.
    """
    return resurfaced(seen, all_seen, rule) or burst(seen, all_seen, subjects, rule)


def burst(seen: Counted, all_seen: Watched, subjects: int, rule: Rule = DEFAULT) -> Found | None:
    """Return the figures of a burst, or None where there is none or too little was watched to tell."""
    watched_before = sum(all_seen.watched_before)
    if watched_before < rule.least_days or all_seen.watched <= 0 or not sum(all_seen.before):
        return None
    if seen.items < rule.least_items or seen.voices < rule.least_voices:
        return None
    base = sum(seen.before) + _HALF
    by_volume = all_seen.items / sum(all_seen.before)
    by_watching = all_seen.watched / watched_before
    part = max(by_volume, by_watching)
    expected = base * part
    # The rate itself is an estimate: the less was seen before, the wider it is (gamma-Poisson predictive).
    spread = dispersion_of(seen.before, all_seen.before) * (1 + part)
    chance = chance_of(seen.items, expected, spread)
    limit = min(rule.largest_chance, limit_for(subjects, rule.false_a_week))
    if chance > limit or seen.items < rule.least_times * expected:
        return None
    days = round(watched_before)
    return Found(Kind.BURST, seen.items, seen.voices, expected, chance, days, all_seen.watched)


def resurfaced(seen: Counted, all_seen: Watched, rule: Rule = DEFAULT) -> Found | None:
    """Return the figures of what is there again after a silence that was watched, or None."""
    if not seen.ever or any(seen.before) or len(seen.before) < rule.silent_days:
        return None
    if seen.items < rule.silent_items or seen.voices < rule.silent_voices:
        return None
    if sum(all_seen.watched_before) < rule.silent_watched * len(seen.before):
        return None
    return Found(Kind.RESURFACED, seen.items, seen.voices, 0.0, 0.0, len(seen.before), all_seen.watched)
