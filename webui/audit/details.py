"""What an entry of the audit log says beside who and what, in words. The export keeps it as it is written."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from webui.words import DECISIONS, ROLES

NAMES: Mapping[str, str] = {
    "action": lazy_gettext("what"),
    "actor": lazy_gettext("who"),
    "address": lazy_gettext("address"),
    "after": lazy_gettext("after"),
    "answers": lazy_gettext("answers"),
    "before": lazy_gettext("before"),
    "broken": lazy_gettext("broken at"),
    "capture": lazy_gettext("capture"),
    "claim": lazy_gettext("claim"),
    "day": lazy_gettext("day"),
    "decision": lazy_gettext("decision"),
    "expires_at": lazy_gettext("valid until"),
    "file": lazy_gettext("file"),
    "filters": lazy_gettext("filter"),
    "finding": lazy_gettext("finding"),
    "form": lazy_gettext("form"),
    "format": lazy_gettext("form"),
    "holder": lazy_gettext("who held it"),
    "items": lazy_gettext("items"),
    "kind": lazy_gettext("kind"),
    "name": lazy_gettext("name"),
    "note": lazy_gettext("note"),
    "other": lazy_gettext("other"),
    "part": lazy_gettext("part"),
    "period": lazy_gettext("period"),
    "place": lazy_gettext("place"),
    "places": lazy_gettext("places"),
    "query": lazy_gettext("search"),
    "reason": lazy_gettext("reason"),
    "recipient": lazy_gettext("recipient"),
    "request": lazy_gettext("request"),
    "role": lazy_gettext("role"),
    "rows": lazy_gettext("rows"),
    "scopes": lazy_gettext("rights"),
    "seal": lazy_gettext("seal"),
    "sessions": lazy_gettext("sessions"),
    "since": lazy_gettext("from"),
    "skipped": lazy_gettext("left out"),
    "sort": lazy_gettext("order"),
    "state": lazy_gettext("state"),
    "total": lazy_gettext("all in all"),
    "until": lazy_gettext("until"),
    "up_to": lazy_gettext("up to entry"),
    "version": lazy_gettext("version"),
    "wanted": lazy_gettext("filter"),
    "whole": lazy_gettext("whole"),
    "why": lazy_gettext("why"),
}

_WORDS: Mapping[tuple[str, str], str] = {
    **{("role", role.value): said for role, said in ROLES.items()},
    **{("decision", decision.value): said for decision, said in DECISIONS.items()},
}


def detail_text(detail: Mapping[str, Any]) -> str:
    """Return an entry's detail in one line; what says nothing is left out, an unknown name stands bare."""
    said = ((name, value) for name, value in detail.items() if value not in (None, "", [], {}))
    return ", ".join(f"{NAMES.get(name, name)}: {_value(name, value)}" for name, value in said)


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, str):
        return str(_WORDS.get((name, value), value))
    if isinstance(value, Mapping):
        return detail_text(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
