"""Looks at lists of claims and searches, written down before they are shown (R21).

A page that shows one claim, item or search writes its own entry. Lists are asked for again after each
decision, so the same look by the same person within ten minutes is one entry.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from time import monotonic

from flask import Flask, abort, current_app, request

from kentongan.errors import StoreError
from webui import sessions
from webui.parts import the_parts

LOOKS: Mapping[str, str] = {
    "queue.lane": "view queue",
    "queue.batch": "view queue",
    "claims.joining": "view claim",
    "claims.referring": "view claim",
    "claims.mentions": "view notes",
    "narratives.overview": "list narratives",
    "saved.overview": "list saved searches",
    "alerts.overview": "list alerts",
    "trends.overview": "view trends",
    "trends.map": "view map",
    "dialogues.overview": "list dialogues",
    "dialogues.show": "view dialogue",
    "dialogues.edit": "view dialogue",
}
"""Endpoint to the action of its entry."""
SAME_LOOK_SECONDS = 600
_REMEMBERED = 5_000
_LOOKS = "looks"
_LONGEST = 2_000  # characters of what is asked for: an entry holds all of it


class Recent:
    """What was written down lately, by this process."""

    def __init__(self) -> None:
        self._lock, self._seen = Lock(), OrderedDict[tuple[str, str], float]()

    def is_new(self, who: str, what: str) -> bool:
        """Tell whether this is to be written down; asked again within ten minutes it is not.

        True once: `forget` what could not be written after all.
        """
        at = monotonic()
        with self._lock:
            last = self._seen.get((who, what))
            if last is not None and at - last < SAME_LOOK_SECONDS:
                return False
            self._seen[who, what] = at
            self._seen.move_to_end((who, what))
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            return True

    def forget(self, who: str, what: str) -> None:
        """Let it be new again."""
        with self._lock:
            self._seen.pop((who, what), None)


def note_looks(app: Flask) -> None:
    """Write looks at `app`'s lists down; put it behind the gate."""
    app.extensions[_LOOKS] = Recent()

    def note() -> None:
        action = LOOKS.get(request.endpoint or "")
        if action is not None and request.method == "GET":
            write_look(sessions.current().name, action)

    app.before_request(note)


def write_look(who: str, action: str, by: str = "") -> None:
    """Write down that somebody looks at what this request asks for, the same within ten minutes once; `by`
    tells apart what one person looks with.

    Answers 414 where the address is too long to be kept whole; raises StoreError.
    """
    recent: Recent = current_app.extensions[_LOOKS]
    subject = request.full_path.rstrip("?")
    if len(subject) > _LONGEST:
        abort(414)
    if recent.is_new(f"{who} {by}", subject):
        try:
            the_parts().store.audit.add(who, action, subject)
        except StoreError:
            recent.forget(f"{who} {by}", subject)
            raise
