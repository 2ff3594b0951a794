"""Alerts on dated real posts, day by day: told half a day before the first check, and seldom for nothing.

A part of what `python -m benchmarks alerts` measures: the first weeks after those on which bounds are chosen.
Needs the development data.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks._alert_posts import checked_posts
from benchmarks.alerts import BACK, HALF, RULES, Replay, leads, points_of, shuffled
from classifier.assess import Assessor

WEEKS = 8
SPAN = (HALF, HALF + timedelta(weeks=WEEKS))
OURS = {"ours": RULES["ours"]}


def test_bursts_are_told_before_the_check_and_seldom_by_chance(
    assessor: Assessor, floors: dict[str, Any], shared_data: Path
) -> None:
    since = SPAN[0] - timedelta(days=BACK)
    posts = [post for post in checked_posts(shared_data) if since <= post.day <= SPAN[1]]
    points = points_of(posts, assessor.embed([post.text for post in posts]))
    told = Replay(posts, points).run(*SPAN, OURS)["ours"]
    figures = leads(posts, told, SPAN)
    false = shuffled(posts, points, SPAN, OURS, seeds=1)["ours"]
    print(figures, false)
    assert false <= floors["alerts"]["false_a_week"]
    assert figures["alerts_a_week"] <= floors["alerts"]["false_a_week"]  # were every one of them false
    assert figures["median_lead_hours"] >= floors["alerts"]["lead_hours"]
    assert figures["true"] >= floors["alerts"]["true_share"] * len(told)
