"""Looking at texts beside the pages: one model, loaded once, one text at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread

import structlog

from cli.parts import Parts
from kentongan.errors import KentonganError
from pipeline.checking import CheckedText, CheckerUnavailable, check_text

log = structlog.get_logger(__name__)


class ModelChecker:
    """Looks at texts with the parts' own model, which the conveyor beside shares.

    Loads it when first needed or by `warm_up`, whichever is first. A model that cannot be loaded
    is tried again by the next check: whoever mends it need not start anew.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._one_at_a_time = Lock()  # torch spreads one text over all cores

    def __call__(self, text: str) -> CheckedText:
        """Return what is known of `text`, waiting for others. Raises CheckerUnavailable."""
        parts = self._parts
        with self._one_at_a_time:
            with _told():
                assessor, matcher = parts.assessor, parts.matcher
            return check_text(text, assessor, parts.store, parts.index, matcher)

    def embed(self, text: str) -> bytes:
        """Return the meaning of `text`, waiting for others. Raises CheckerUnavailable."""
        with self._one_at_a_time:
            with _told():
                assessor = self._parts.assessor
            return assessor.embed([text])[0]

    def warm_up(self) -> None:
        """Load the model in a thread of its own and let it read once: its first text takes longer."""
        Thread(target=self._load, name="load model", daemon=True).start()

    def _load(self) -> None:
        with self._one_at_a_time:
            try:
                self._parts.assessor.assess(["Selamat pagi, warga."])
            except (KentonganError, OSError) as exc:
                log.error("no model", problem=str(exc))  # whoever checks a text is told


@contextmanager
def _told() -> Iterator[None]:
    """Say that there is no model, whatever kept it from being loaded."""
    try:
        yield
    except (KentonganError, OSError) as exc:
        log.error("no model", problem=str(exc))
        raise CheckerUnavailable(str(exc)) from exc
