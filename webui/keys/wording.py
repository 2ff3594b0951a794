"""What each action of a key is called."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext

from webui.keys.actions import DECIDED_BY, Action
from webui.words import DECISIONS

_TITLES: Mapping[Action, str] = {
    Action.NEXT: lazy_gettext("next claim"),
    Action.PREVIOUS: lazy_gettext("previous claim"),
    Action.SKIP: lazy_gettext("skip: go on without deciding"),
    Action.NOTE: lazy_gettext("write a note, kept with the decision"),
    Action.OPEN: lazy_gettext("open the claim; from its page, back to the queue"),
    Action.EVIDENCE: lazy_gettext("open the evidence"),
    Action.MERGE: lazy_gettext("merge with a claim that says the same"),
    Action.SPLIT: lazy_gettext("split items off"),
    Action.PICK: lazy_gettext("choose, for a decision on several or for merging"),
    Action.UNDO: lazy_gettext("undo the last step"),
    Action.HELP: lazy_gettext("this help"),
}


def title(action: Action) -> str:
    """Return what the action does, in words; a decision's with that of the press beside it."""
    if action in _TITLES:
        return str(_TITLES[action])
    named = [str(DECISIONS[decision]) for decision, by in DECIDED_BY.items() if by is action]
    if len(named) == 1:
        return named[0]
    return str(gettext("%(decision)s (press: %(step)s)", decision=named[0], step=named[1]))
