"""An alarm is open once however often it is said, ends once, and stays to be read."""

from datetime import UTC, datetime, timedelta

import pytest

from kentongan.health.values import Finding, Trouble
from kentongan.store import Store
from tests.factories import make_source

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def finding(trouble: Trouble = Trouble.UNREACHABLE, detail: str = "3 crawls failed") -> Finding:
    return Finding(trouble, AT - 2 * HOUR, detail)


@pytest.fixture
def filled(store: Store) -> Store:
    for name in ("warta", "kabar"):
        store.collector.save_source(make_source(name))
    return store


def test_an_alarm_is_raised_once(filled: Store) -> None:
    (raised,) = filled.alarms.settle({"warta": [finding()]}, AT)
    assert (raised.source, raised.trouble, raised.since) == ("warta", Trouble.UNREACHABLE, AT - 2 * HOUR)
    assert (raised.raised_at, raised.ended_at) == (AT, None)
    assert filled.alarms.settle({"warta": [finding()]}, AT + HOUR) == []
    assert filled.alarms.since(AT) == [raised]


def test_what_an_alarm_says_follows_the_figures(filled: Store) -> None:
    filled.alarms.settle({"warta": [finding()]}, AT)
    assert filled.alarms.settle({"warta": [finding(detail="9 crawls failed")]}, AT + HOUR) == []
    (alarm,) = filled.alarms.since(AT)
    assert (alarm.detail, alarm.since, alarm.raised_at) == ("9 crawls failed", AT - 2 * HOUR, AT)


def test_an_alarm_ends_once_and_is_read_for_as_long_as_is_asked(filled: Store) -> None:
    filled.alarms.settle({"warta": [finding()]}, AT)
    (ended,) = filled.alarms.settle({"warta": []}, AT + HOUR)
    assert ended.ended_at == AT + HOUR
    assert filled.alarms.settle({"warta": []}, AT + 2 * HOUR) == []
    assert filled.alarms.since(AT) == [ended]
    assert filled.alarms.since(AT + HOUR) == []


def test_the_same_trouble_later_is_another_alarm(filled: Store) -> None:
    for hours, some in ((0, [finding()]), (1, []), (5, [finding()])):
        filled.alarms.settle({"warta": some}, AT + hours * HOUR)
    assert [alarm.ended_at for alarm in filled.alarms.since(AT)] == [None, AT + HOUR]


def test_other_troubles_and_sources_are_left_alone(filled: Store) -> None:
    both = [finding(), finding(Trouble.SILENT)]
    filled.alarms.settle({"warta": both, "kabar": [finding()]}, AT)
    (ended,) = filled.alarms.settle({"warta": [finding()]}, AT + HOUR)
    assert (ended.source, ended.trouble) == ("warta", Trouble.SILENT)
    still_open = {(a.source, a.trouble) for a in filled.alarms.since(AT + HOUR)}
    assert still_open == {("warta", Trouble.UNREACHABLE), ("kabar", Trouble.UNREACHABLE)}
