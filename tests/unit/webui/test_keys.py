"""Keys: one for each action, a person's own before the product's, and none that does two things."""

import pytest

from kentongan.domain import CLAIM_DECISIONS, PRESS_DECISIONS
from webui.keys.actions import DECIDED_BY, DEFAULTS, Action, clashes, in_force, own_keys, read_key


def test_every_action_has_a_key_of_its_own() -> None:
    assert set(DEFAULTS) == set(Action)
    assert clashes(DEFAULTS) == []
    assert all(read_key(key) == key for key in DEFAULTS.values())


@pytest.mark.parametrize("offered", [CLAIM_DECISIONS, PRESS_DECISIONS])
def test_no_two_decisions_that_are_offered_together_share_a_key(offered: frozenset[object]) -> None:
    actions = [DECIDED_BY[decision] for decision in DECIDED_BY if decision in offered]
    assert len(actions) == len(set(actions)) == len(offered)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("j", "j"),
        (" J ", "j"),
        ("É", "é"),
        ("", ""),
        ("  ", ""),
        ("?", "?"),
        ("jk", None),
        ("F1", None),
        ("\x07", None),
    ],
)
def test_a_key_is_one_visible_character_a_letter_as_a_small_one(typed: str, key: str | None) -> None:
    assert read_key(typed) == key


def test_only_what_differs_is_kept_and_it_comes_first() -> None:
    keys = {**DEFAULTS, Action.NEXT: "n", Action.PREVIOUS: ""}
    own = own_keys(keys)
    assert own == {"next": "n", "previous": ""}
    assert in_force(own) == keys
    assert in_force({}) == DEFAULTS


def test_a_default_gives_way_to_a_key_that_a_person_chose_and_an_action_that_is_gone_is_left_out() -> None:
    found = in_force({"next": "l", "fly": "q"})
    assert found[Action.NEXT] == "l"
    assert found[Action.SKIP] == ""
    assert set(found) == set(Action)


def test_what_would_do_two_things_is_named_and_no_key_clashes_with_no_key() -> None:
    keys = {**DEFAULTS, Action.NEXT: "1", Action.OPEN: "", Action.PICK: ""}
    assert clashes(keys) == [("1", [Action.NEXT, Action.FIRST])]
