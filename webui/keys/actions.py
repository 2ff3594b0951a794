"""What a key can do, and which key does it. Owns the defaults and what goes together; keeps nothing.

The four decisions of a claim and the four steps of the press share their keys: no claim offers both.
Letters are the first of the Indonesian words: lewati, catat, gabung, pisah, bukti.
"""

from collections.abc import Mapping
from enum import StrEnum
from unicodedata import normalize

from kentongan.domain import Decision


class Action(StrEnum):
    NEXT = "next"
    PREVIOUS = "previous"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    REOPEN = "reopen"
    SKIP = "skip"
    NOTE = "note"
    OPEN = "open"
    EVIDENCE = "evidence"
    MERGE = "merge"
    SPLIT = "split"
    PICK = "pick"
    UNDO = "undo"
    HELP = "help"


DEFAULTS: Mapping[Action, str] = {
    Action.NEXT: "j",
    Action.PREVIOUS: "k",
    Action.FIRST: "1",
    Action.SECOND: "2",
    Action.THIRD: "3",
    Action.FOURTH: "4",
    Action.REOPEN: "0",
    Action.SKIP: "l",
    Action.NOTE: "c",
    Action.OPEN: "o",
    Action.EVIDENCE: "b",
    Action.MERGE: "g",
    Action.SPLIT: "p",
    Action.PICK: "x",
    Action.UNDO: "u",
    Action.HELP: "?",
}
DECIDED_BY: Mapping[Decision, Action] = {
    Decision.DISMISS: Action.FIRST,
    Decision.WATCH: Action.SECOND,
    Decision.VERIFY: Action.THIRD,
    Decision.ESCALATE: Action.FOURTH,
    Decision.ASK_CLARIFICATION: Action.FIRST,
    Decision.RIGHT_OF_REPLY: Action.SECOND,
    Decision.PRESS_COUNCIL: Action.THIRD,
    Decision.NOTE: Action.FOURTH,
    Decision.REOPEN: Action.REOPEN,
}


def read_key(raw: str) -> str | None:
    """Return the key that was typed, a letter as a small one; empty for none, and None for what is no
    single visible character."""
    key = normalize("NFC", raw.strip()).lower()
    return key if len(key) <= 1 and key.isprintable() else None


def clashes(keys: Mapping[Action, str]) -> list[tuple[str, list[Action]]]:
    """Return each key that would do more than one thing, with what it would do."""
    found: dict[str, list[Action]] = {}
    for action, key in keys.items():
        found.setdefault(key, []).append(action)
    return [(key, actions) for key, actions in found.items() if key and len(actions) > 1]


def own_keys(keys: Mapping[Action, str]) -> dict[str, str]:
    """Return what is to be kept of a person's keys: those that are not the product's."""
    return {action.value: key for action, key in keys.items() if key != DEFAULTS[action]}


def in_force(own: Mapping[str, str]) -> dict[Action, str]:
    """Return the key of every action; empty for none.

    What a person chose comes first: an action that a later version brings has no key where its default
    is taken, and one that is no more is left out.
    """
    chosen = {action: own[action.value] for action in Action if action.value in own}
    taken = set(chosen.values())
    return {
        action: chosen.get(action, "" if DEFAULTS[action] in taken else DEFAULTS[action]) for action in Action
    }
