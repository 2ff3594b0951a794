"""The way without keys: open each claim by mouse, decide on its page, go back by the queue's own link."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from playwright.sync_api import Page

from kentongan.domain import ClaimId
from tests.browser.driving import NOTE, Clock, Cost, words_of
from tests.routine import Extra, Task


def walk_by_mouse(page: Page, address: str, tasks: Mapping[ClaimId, Task]) -> Iterator[Cost]:
    """Go through the lane at `address` from its top until nothing is left; yield the cost of each claim.

    A skipped claim is opened and left, and comes back last; a wrong decision is undone by its button.
    """
    clock = Clock(page)
    page.goto(address)
    clock.wait()
    costs: dict[ClaimId, Cost] = {}
    while claims := _shown(page):
        fresh = [claim for claim in claims if claim not in costs]
        claim = (fresh or claims)[0]
        first = claim not in costs
        cost = costs.setdefault(claim, Cost(tasks[claim], claim))
        cost.words = cost.words or words_of(page, claim)
        _click(page, clock, cost, f"#claim-{claim} [data-open]")
        if cost.task.extra is Extra.SKIP and first:
            _back(page, clock, cost, address)
            continue
        if cost.task.extra is Extra.NOTE:
            page.locator("#note").click()
            page.keyboard.type(NOTE)
            cost.clicks, cost.typed = cost.clicks + 1, len(NOTE)
        if cost.task.extra is Extra.SLIP:
            _click(page, clock, cost, f".deciding [data-does]:not([value={cost.task.decision}])")
            _click(page, clock, cost, "[data-undo]")
        _click(page, clock, cost, f".deciding [value={cost.task.decision}]")
        _back(page, clock, cost, address)
        yield cost


def _back(page: Page, clock: Clock, cost: Cost, address: str) -> None:
    """One click on the queue's link at the top; where another lane is worked on, one on that lane too."""
    _click(page, clock, cost, "header nav a[href^='/queue/']")
    if page.url.partition("#")[0] != address:
        _click(page, clock, cost, f"nav.tabs a[href='{address[address.index('/queue/') :]}']")


def _click(page: Page, clock: Clock, cost: Cost, what: str) -> None:
    page.locator(what).first.click()
    cost.clicks += 1
    clock.wait(cost)


def _shown(page: Page) -> list[ClaimId]:
    names = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)")
    return [ClaimId(UUID(str(name).removeprefix("claim-"))) for name in names]
