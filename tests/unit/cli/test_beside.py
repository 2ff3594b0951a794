"""What runs beside the web UI goes on after a round that failed."""

from threading import Event

from cli.beside import _repeating
from kentongan.errors import KentonganError


def test_a_round_that_fails_does_not_end_those_after_it() -> None:
    problems = iter([KentonganError("known"), RuntimeError("unforeseen")])
    reached = Event()

    def act() -> None:
        problem = next(problems, None)
        if problem is not None:
            raise problem
        reached.set()

    with _repeating("test", act, every_seconds=0.01):
        assert reached.wait(10)
