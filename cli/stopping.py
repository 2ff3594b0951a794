"""Stopping a command that goes on until told: once gently, twice at once."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals(said: str) -> Iterator[Event]:
    """Yield what SIGINT or SIGTERM sets, saying `said` on stderr; another one ends the process at once.

    Call it from the main thread.
    """
    stop = Event()

    def first(_number: int, _frame: FrameType | None) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        stop.set()
        os.write(2, f"{said}\n".encode())  # no lock is taken: we may have interrupted anything

    with _handled_by(first):
        yield stop


def ended_by_signals() -> AbstractContextManager[None]:
    """Return a block in which SIGINT or SIGTERM ends the process at once, where nothing else says otherwise.

    So does the second one after a server that stops gently at the first. Call it from the main thread.
    """
    return _handled_by(signal.SIG_DFL)


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
