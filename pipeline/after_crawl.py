"""What follows crawls, in a thread of its own: it may be slow or fail, and crawling goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread

import structlog

from kentongan.errors import KentonganError

_JOIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


@contextmanager
def calling_after(act: Callable[[], object], at_least_every_seconds: float) -> Iterator[Callable[[], None]]:
    """Yield a function that asks for `act` to be called soon; so often it is called unasked.

    One call at a time: however often it is asked for meanwhile makes one more. What was asked for
    when the block ends is still done, but waited for no longer than five seconds.
    """
    asked: SimpleQueue[bool] = SimpleQueue()  # False: the block has ended

    def loop() -> None:
        going = True
        while going:
            heard = [_next(asked, at_least_every_seconds)]
            while not asked.empty():
                heard.append(asked.get())
            going = False not in heard
            if True in heard:
                _call(act)

    thread = Thread(target=loop, name="after crawl", daemon=True)
    thread.start()
    try:
        yield lambda: asked.put(True)
    finally:
        asked.put(False)
        thread.join(_JOIN_SECONDS)


def _next(asked: "SimpleQueue[bool]", seconds: float) -> bool:
    try:
        return asked.get(timeout=seconds)
    except Empty:
        return True


def _call(act: Callable[[], object]) -> None:
    try:
        act()
    except KentonganError as exc:
        log.error("failed", what="after crawl", problem=str(exc))
    except Exception:
        log.exception("failed", what="after crawl")
