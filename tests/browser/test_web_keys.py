"""One key a decision, in a real browser: counted, nothing lost, none twice; undo, skip, notes, own keys, swipes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kentongan.domain import ClaimId, ClaimState, Decision, Role
from tests.browser.conftest import Served, serving
from tests.browser.driving import NOTE, Person
from tests.browser.test_web_accessibility import GROUNDS, violations
from tests.routine import Extra, Kind, Task, fill_routine
from tests.web_city import Site

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
STILL = {**PHONE, "reduced_motion": "reduce"}
CLAIMS = 20


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[tuple[Served, dict[ClaimId, Task]]]:
    """Yield a city with twenty claims of mixed kinds, and what is to be done with each."""
    site = Site(tmp_path / "home")
    tasks = fill_routine(site.store, CLAIMS)
    site.build_index()
    site.add_people(Role.ANALYST)
    with serving(site) as served:
        yield served, tasks


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


class Finger:
    """One finger on a touch screen, moving as a browser is told of it."""

    def __init__(self, page: Page) -> None:
        self._page, self._session = page, page.context.new_cdp_session(page)

    def draw(self, *points: tuple[float, float]) -> None:
        """Put the finger down at the first point and move it over the others."""
        for number, (x, y) in enumerate(points):
            self._send("touchMove" if number else "touchStart", [{"x": x, "y": y}])
            self._page.wait_for_timeout(16)

    def swipe(self, by: float) -> None:
        """Draw over the first row, level, from where half of it lies on either side."""
        box = self._page.locator("[data-row]").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2 - by / 2, box["y"] + 60
        self.draw(*((x + by * step / 10, y) for step in range(11)))

    def let_go(self) -> None:
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_twenty_claims_are_decided_by_key_each_once_and_none_is_lost(
    morning: tuple[Served, dict[ClaimId, Task]], page: Page
) -> None:
    served, tasks = morning
    store, done = served.site.store, []
    served.log_in(page)
    person = Person(page, tasks)
    for lane in ("new", "press"):
        page.goto(f"{served.address}/queue/{lane}")
        done += list(person.walk())
        expect(page.locator("[data-row]")).to_have_count(0)

    assert sorted(cost.claim for cost in done) == sorted(tasks)
    wanted = {None: 1, Extra.LOOK: 2, Extra.NOTE: 3, Extra.SKIP: 2, Extra.SLIP: 3}
    assert {cost.task.extra: cost.presses for cost in done} == wanted
    assert all(cost.presses == wanted[cost.task.extra] for cost in done)
    analyst = next(user for user in store.users.all() if user.name == "analyst")
    for cost in done:
        view = store.claims.view(cost.claim)
        if cost.task.kind is Kind.IDENTITY:
            own = store.votes.opinions_for(cost.claim, analyst.id).own
            assert own is not None
            assert own.decision is cost.task.decision
            continue
        assert len(view.reviews) == (3 if cost.task.extra is Extra.SLIP else 1), cost
        assert view.reviews[0].decision is cost.task.decision
        assert view.reviews[0].note == (NOTE if cost.task.extra is Extra.NOTE else "")


def test_a_skipped_claim_is_passed_over_and_comes_back_and_steps_are_undone_one_by_one(
    served: Served, page: Page
) -> None:
    first, second, third, fourth = (f"claim-{claim}" for claim in served.site.claims())
    claims, store = served.site.claims(), served.site.store
    served.log_in(page)
    said = page.locator("[data-said]")
    page.keyboard.press("j")
    page.keyboard.press("l")
    assert focused(page) == second
    expect(said).not_to_be_empty()
    expect(page.locator(f"#{first} .acts")).to_be_hidden()
    page.keyboard.press("k")
    assert focused(page) == second
    page.reload()
    page.keyboard.press("j")
    assert focused(page) == second  # in this tab it stays skipped
    page.keyboard.press("2")
    page.wait_for_url("**#claim-*")
    expect(said).to_contain_text("Pantau")
    assert focused(page) == third
    page.keyboard.press("2")
    expect(page.locator(f"#{third}")).to_have_count(0)
    assert focused(page) == fourth
    assert store.claims.get(claims[0]).state is ClaimState.NEW
    page.keyboard.press("u")
    expect(page.locator(f"#{third}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#{second}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(f"#{first}")).to_be_focused()
    expect(page.locator(f"#{first} .acts")).to_be_visible()
    page.keyboard.press("u")
    assert {store.claims.get(claim).state for claim in claims} == {ClaimState.NEW}
    assert focused(page) == first


def test_a_note_is_written_in_the_row_outlives_another_decision_and_goes_with_its_own(
    served: Served, page: Page
) -> None:
    first, second, *_ = served.site.claims()
    served.log_in(page)
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("1 u ? tetap tulisan")
    assert len(served.site.claims()) == 4
    page.keyboard.press("Escape")
    assert focused(page) == f"claim-{first}"
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator(f"#claim-{second}")).to_have_count(0)
    page.locator(f"#claim-{first}").focus()
    page.keyboard.press("4")
    expect(page.locator(f"#claim-{first}")).to_have_count(0)
    (review,) = served.site.store.claims.view(first).reviews
    assert review.decision is Decision.ESCALATE
    assert review.note == "1 u ? tetap tulisan"


def test_keys_open_the_evidence_come_back_merge_and_split(served: Served, page: Page) -> None:
    first, second, *_ = served.site.claims()
    served.log_in(page)
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.wait_for_url("**/claims/*#pisah")
    expect(page.locator("form.split input[type=checkbox]").first).to_be_focused()
    page.locator(".claim-page").focus()
    page.keyboard.press("o")
    page.wait_for_url("**/queue/new#*")
    assert focused(page) == f"claim-{first}"
    page.keyboard.press("b")
    page.wait_for_url("**/claims/*#items")
    page.keyboard.press("3")  # from the claim's page, by key, the queue goes on
    page.wait_for_url("**/queue/new#*")
    assert focused(page) == f"claim-{second}"
    assert served.site.store.claims.get(first).state is ClaimState.NEEDS_VERIFICATION
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("g")
    page.wait_for_url(f"**/claims/*/merge/{second}")


def test_keys_rest_with_a_modifier_and_where_nothing_is_at_hand(served: Served, page: Page) -> None:
    served.log_in(page)
    page.keyboard.press("1")
    page.keyboard.press("j")
    for chord in ("Control+1", "Alt+1", "Meta+1", "Shift+J"):
        page.keyboard.press(chord)
    assert focused(page) == f"claim-{served.site.claims()[0]}"
    assert len(served.site.claims()) == 4


def test_own_keys_are_in_force_wherever_one_logs_in_and_what_clashes_is_refused(
    served: Served, page: Page
) -> None:
    first, second, *_ = (f"claim-{claim}" for claim in served.site.claims())
    served.log_in(page)
    page.goto(f"{served.address}/tombol/")
    page.locator("#key-next").fill("n")
    page.locator("#key-skip").fill("N")
    page.locator("form.key-form button.main").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("n")
    assert page.locator("#key-next").input_value() == "n"
    assert violations(page) == []
    page.locator("#key-skip").click()
    page.keyboard.type("m")  # takes the place of what stood there
    page.locator("form.key-form button.main").click()
    expect(problem).to_have_count(0)

    other = page.context.browser.new_context(locale="id-ID").new_page()  # type: ignore[union-attr]
    served.log_in(other)
    other.keyboard.press("j")
    assert focused(other) == ""
    other.keyboard.press("n")
    assert focused(other) == first
    other.keyboard.press("m")
    assert focused(other) == second
    other.keyboard.press("?")
    expect(other.locator('[data-help] tr[data-action="next"] kbd')).to_have_text("n")
    other.context.close()

    page.locator('button[name="reset"]').click()
    assert page.locator("#key-next").input_value() == "j"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_without_javascript_the_page_of_keys_says_so_and_still_keeps_them(served: Served, page: Page) -> None:
    served.log_in(page)
    page.goto(f"{served.address}/tombol/")
    expect(page.locator("main .notice")).to_contain_text("JavaScript")
    page.locator("#key-undo").fill("z")
    page.locator("form.key-form button.main").click()
    assert page.locator("#key-undo").input_value() == "z"
    page.goto(f"{served.address}/queue/new")
    page.locator(".row-note summary").first.click()
    page.locator(".row-note textarea").first.fill("tanpa skrip")
    claim = served.site.claims()[0]
    page.locator('[data-row] button[value="watch"]').first.click()
    assert served.site.store.claims.view(claim).reviews[0].note == "tanpa skrip"


@pytest.mark.parametrize("page", [PHONE, STILL], indirect=True, ids=["moving", "still"])
def test_a_swipe_decides_only_when_it_is_far_level_and_let_go(
    served: Served, page: Page, request: pytest.FixtureRequest
) -> None:
    claims = served.site.claims()
    served.log_in(page)
    shown, gist, finger = page.locator(".swipe"), page.locator("[data-row] .gist").first, Finger(page)
    finger.swipe(60)
    finger.let_go()  # too short
    expect(shown).to_have_count(0)
    finger.swipe(200)
    expect(shown).to_contain_text("Pantau")
    expect(shown).to_have_class("swipe far")
    moved = gist.evaluate("element => getComputedStyle(element).transform")
    assert ("matrix(1, 0, 0, 1, 200" in moved) is (request.node.callspec.id == "moving")
    page.keyboard.press("Escape")
    finger.let_go()  # taken back
    finger.draw((300, 500), (300, 440), (200, 380), (80, 320))
    finger.let_go()  # a scroll that drifts
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("[data-row]").first.bounding_box()
    assert box is not None
    y = box["y"] + 60
    finger.draw((120, y), (250, y), (330, y), (200, y), (130, y))
    expect(shown).not_to_have_class("swipe far")
    finger.let_go()  # there and back
    expect(shown).to_have_count(0)
    assert served.site.claims() == claims
    finger.swipe(200)
    finger.let_go()
    expect(page.locator(f"#claim-{claims[0]}")).to_have_count(0)
    assert served.site.store.claims.get(claims[0]).state is ClaimState.WATCHING
    finger.swipe(-200)
    finger.let_go()
    expect(page.locator(f"#claim-{claims[1]}")).to_have_count(0)
    assert served.site.store.claims.get(claims[1]).state is ClaimState.DISMISSED


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone_the_decisions_of_a_claim_stay_under_the_thumb(served: Served, page: Page) -> None:
    served.log_in(page)
    page.goto(f"{served.address}/claims/{served.site.claims()[0]}")
    buttons = page.locator(".deciding .buttons button")
    for place in ("scrollTo(0, 0)", "scrollTo(0, document.body.scrollHeight)"):
        page.evaluate(place)
        for button in buttons.all():
            expect(button).to_be_in_viewport(ratio=1)
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["y"] > 844 / 2
    last = page.locator("footer.bottom button").last.bounding_box()
    bar = page.locator(".deciding .buttons").bounding_box()
    assert last is not None
    assert bar is not None
    assert last["y"] + last["height"] <= bar["y"]  # nothing lies under the bar for good


@pytest.mark.parametrize("page", GROUNDS, indirect=True, ids=["light, wide", "dark, narrow"])
def test_skipping_writing_a_note_and_choosing_keys_break_no_rule_of_axe(served: Served, page: Page) -> None:
    served.log_in(page)
    page.keyboard.press("j")
    page.keyboard.press("l")
    page.keyboard.press("c")
    assert violations(page) == []
    page.goto(f"{served.address}/tombol/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
