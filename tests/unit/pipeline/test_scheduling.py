"""What follows crawls is called often enough, one at a time, and never in the way."""

from threading import Event

from kentongan.errors import KentonganError
from pipeline.after_crawl import calling_after

AN_HOUR = 3600.0


def test_it_is_called_when_asked_for() -> None:
    called = Event()

    with calling_after(called.set, AN_HOUR) as ask:
        assert not called.is_set()
        ask()
        assert called.wait(10)


def test_it_is_called_unasked_when_its_time_has_come() -> None:
    called = Event()

    with calling_after(called.set, 0.01):
        assert called.wait(10)


def test_however_often_it_is_asked_for_meanwhile_makes_one_more() -> None:
    calls: list[int] = []
    began, go_on = Event(), Event()

    def act() -> None:
        calls.append(1)
        began.set()
        go_on.wait(10)

    with calling_after(act, AN_HOUR) as ask:
        ask()
        assert began.wait(10)
        for _ in range(50):
            ask()
        go_on.set()

    assert len(calls) == 2


def test_what_was_asked_for_at_the_end_is_still_done_and_nothing_else() -> None:
    calls: list[int] = []

    with calling_after(lambda: calls.append(1), AN_HOUR):
        pass
    assert calls == []

    with calling_after(lambda: calls.append(1), AN_HOUR) as ask:
        ask()
    assert calls == [1]


def test_a_failure_does_not_end_it() -> None:
    problems = iter([KentonganError("known"), RuntimeError("unforeseen")])
    reached = Event()

    def act() -> None:
        problem = next(problems, None)
        if problem is not None:
            raise problem
        reached.set()

    with calling_after(act, 0.01):
        assert reached.wait(10)
