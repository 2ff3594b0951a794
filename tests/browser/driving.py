"""A scripted person at the queue: works through it by keys alone, counting them, and says what each claim took.

Reading is not waited for. What the machine takes is read from the browser's own clock: from asking for a
page until its next row has the focus.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from playwright.sync_api import Page

from kentongan.domain import ClaimId, Decision
from kentongan.text import words
from tests.routine import Extra, Task
from webui.keys.actions import DECIDED_BY, DEFAULTS, Action

NOTE = "lihat laporan lurah"
_WRONG = {Decision.DISMISS: Action.SECOND}  # the key next to the right one; else the first
_READY = "seen => performance.timeOrigin !== seen && document.readyState === 'complete'"
_TIMES = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  return [performance.timeOrigin, page.responseEnd, page.domContentLoadedEventEnd];
}"""
_TEXTS = """(row, left_out) => {
  const walker = document.createTreeWalker(row.querySelector(".gist"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(left_out)) found.push(walker.currentNode.data);
  return found.join(" ");
}"""
_RUN = 3  # words that stand together and stood so before in the same row are recognised, not read again


@dataclass
class Cost:
    """What one claim took: `presses` of keys and letters `typed` into a note, or `clicks`; the `words` of its
    row; the `pages` it loaded, milliseconds until they were ready, and of those until they were `served`:
    the server and the network."""

    task: Task
    claim: ClaimId
    presses: int = 0
    typed: int = 0
    clicks: int = 0
    words: "Words | None" = None
    pages: int = 0
    served_ms: float = 0.0
    ready_ms: float = 0.0


@dataclass(frozen=True)
class Words:
    """How many words a row of the queue shows: `read` to know what is said and why it is here, each run of
    them once; and `all`, repetitions, counts, places and ages too."""

    read: int
    all: int


@dataclass
class Clock:
    """Tells one page of a tab from the next, and what each took."""

    page: Page
    _seen: float = 0.0

    def wait(self, cost: Cost | None = None) -> None:
        """Wait until another page than the last is ready; add what it took to `cost`."""
        self.page.wait_for_function(_READY, arg=self._seen)
        self._seen, served, ready = self.page.evaluate(_TIMES)
        if cost:
            cost.pages += 1
            cost.served_ms += served
            cost.ready_ms += ready


def words_of(page: Page, claim: ClaimId) -> Words:
    """Count the words of a row, its buttons left out."""
    row = page.locator(f"#claim-{claim}")
    why, everything = (words(row.evaluate(_TEXTS, left)) for left in (".unseen, .days, .meta", ".unseen"))
    seen: set[tuple[str, ...]] = set()
    again: set[int] = set()
    for place in range(len(why) - _RUN + 1):
        run = tuple(why[place : place + _RUN])
        if run in seen:
            again.update(range(place, place + _RUN))
        seen.add(run)
    return Words(len(why) - len(again), len(everything))


@dataclass
class Person:
    """One who works by keys in an open page of the queue."""

    page: Page
    tasks: Mapping[ClaimId, Task]
    offered_again: int = 0  # two presses each
    _costs: dict[ClaimId, Cost] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clock = Clock(self.page)

    def walk(self) -> Iterator[Cost]:
        """Go through the lane that was just opened until nothing is left; yield the cost of each claim once
        it is decided on. What was skipped comes at the end, when it is offered again."""
        self._clock.wait()
        if self._at_hand() is None:
            self.page.keyboard.press("j")
        while (claim := self._at_hand()) is not None:
            cost = self._costs.setdefault(claim, Cost(self.tasks[claim], claim))
            cost.words = cost.words or words_of(self.page, claim)
            if cost.task.extra is Extra.SKIP and not cost.presses:
                self._press(cost, Action.SKIP, leaves=False)
                self.page.wait_for_function("id => document.activeElement.id !== id", arg=f"claim-{claim}")
                continue
            self._prepare(cost)
            self._press(cost, DECIDED_BY[cost.task.decision])
            yield cost

    def _prepare(self, cost: Cost) -> None:
        if cost.task.extra is Extra.NOTE:
            self._press(cost, Action.NOTE, leaves=False)
            self.page.keyboard.type(NOTE)
            cost.typed += len(NOTE)
            self.page.keyboard.press("Escape")
            cost.presses += 1
        elif cost.task.extra is Extra.LOOK:
            self._press(cost, Action.EVIDENCE)
        elif cost.task.extra is Extra.SLIP:
            self._press(cost, _WRONG.get(cost.task.decision, Action.FIRST))
            self._press(cost, Action.UNDO)
            assert self._at_hand() == cost.claim

    def _press(self, cost: Cost, action: Action, *, leaves: bool = True) -> None:
        self.page.keyboard.press(DEFAULTS[action])
        cost.presses += 1
        if leaves:
            self._clock.wait(cost)

    def _at_hand(self) -> ClaimId | None:
        """Return the claim that has the focus. Where all that is left was skipped, that lies on the notice
        whose button offers it again: it is pressed first."""
        if self.page.evaluate("document.activeElement.matches('[data-passed]')"):
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
            self.offered_again += 1
        named = str(self.page.evaluate("document.activeElement.id"))
        return ClaimId(UUID(named.removeprefix("claim-"))) if named.startswith("claim-") else None
