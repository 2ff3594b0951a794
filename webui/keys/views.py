"""Choosing one's own keys, and what the pages with keys ask about them.

They are kept in the record, for the person: several people share an office PC, and a key that another
one moved there must not decide for you; and they are the same on each machine. Whether keys are on
at all is a matter of the machine, so that stays in its browser.
"""

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Decision
from kentongan.store.reviews import MAX_NOTE_CHARACTERS
from webui import sessions
from webui.keys.actions import DECIDED_BY, DEFAULTS, Action, clashes, in_force, own_keys, read_key
from webui.keys.wording import title
from webui.parts import the_parts

blueprint = Blueprint("keys", __name__, url_prefix="/tombol", template_folder="templates")

_OF_DECIDERS = frozenset(Action) - {Action.NEXT, Action.PREVIOUS, Action.OPEN, Action.EVIDENCE, Action.HELP}
_OF_ROWS = frozenset({Action.NEXT, Action.PREVIOUS, Action.PICK})


@blueprint.get("/")
def overview() -> str:
    return _page(_keys(), [])


@blueprint.post("/")
def change() -> tuple[str, int] | Response:
    """Keep the keys of the form, or bring those of the product back; refuse, in words, what clashes."""
    user, keys = sessions.current(), the_parts().store.keys
    if "reset" in request.form:
        keys.set(user.id, {})
        flash(gettext("The keys are again as they came."), "notice")
        return redirect(url_for("keys.overview"), 303)
    typed = {action: request.form.get(action.value, DEFAULTS[action]) for action in Action}
    wanted = {action: read_key(raw) for action, raw in typed.items()}
    read = {action: key for action, key in wanted.items() if key is not None}
    problems = [
        gettext("“%(key)s” is not one key: %(action)s.", key=typed[action][:20], action=title(action))
        for action in Action
        if action not in read
    ]
    problems += [
        gettext("The key “%(key)s” can do only one thing: %(actions)s.", key=key, actions=_listed(actions))
        for key, actions in clashes(read)
    ]
    if problems:
        return _page({action: raw[:20] for action, raw in typed.items()}, problems), 422
    keys.set(user.id, own_keys(read))
    flash(gettext("Your keys are kept. They are the same wherever you log in."), "notice")
    return redirect(url_for("keys.overview"), 303)


def key_for(decision: Decision) -> str:
    """Return the key that decides so, for the person who looks; empty for none."""
    return _keys()[DECIDED_BY[decision]]


def keys_here(*, rows: bool, deciding: bool) -> list[tuple[Action, str, str]]:
    """Return what keys do on a page, with or without rows: action, key (empty for none) and words."""
    left_out = (frozenset() if deciding else _OF_DECIDERS) | (frozenset() if rows else _OF_ROWS)
    return [(action, key, title(action)) for action, key in _keys().items() if action not in left_out]


def _keys() -> dict[Action, str]:
    """Return the keys in force; asked for once a page."""
    if "keys" not in g:
        g.keys = in_force(the_parts().store.keys.of(sessions.current().id))
    found: dict[Action, str] = g.keys
    return found


def _listed(actions: list[Action]) -> str:
    return " · ".join(title(action) for action in actions)


def _page(keys: Mapping[Action, str], problems: list[str]) -> str:
    twice = {action for _, actions in clashes({a: k.lower() for a, k in keys.items()}) for action in actions}
    fields = [(action, key, title(action), DEFAULTS[action], action in twice) for action, key in keys.items()]
    return render_template("keys/overview.html", fields=fields, problems=problems)


@blueprint.app_context_processor
def _for_the_pages() -> dict[str, object]:
    return {
        "key_for": key_for,
        "key_action": DECIDED_BY,
        "keys_here": keys_here,
        "row_note_limit": MAX_NOTE_CHARACTERS,
    }
