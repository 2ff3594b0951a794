"""Notes on claims: what is kept of what a person writes, and how it is read. Pure functions of values.

Owns: finding who is mentioned ("@sari"), and masking all else that is personal (R6). Who is mentioned
stands in what is kept as `@{id}`, so that nobody's name is in it. Leaves keeping to `store.notes`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kentongan.domain import ClaimId, UserId
from kentongan.errors import BadInput
from kentongan.text import HANDLE_MASK, clean, mask_personal

MAX_NOTE_CHARACTERS = 4000
MAX_MENTIONS = 20  # different people in one note

# Not within an address or a longer handle; a full stop after it ends the sentence.
_MENTION = re.compile(r"(?<![\w@/.+-])@(?=[\d.]*[^\W\d])([a-z0-9][a-z0-9._-]{0,58}[a-z0-9_])(?![\w@])", re.I)
_KEPT = re.compile(r"@\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A note fit to be kept."""

    text: str
    mentioned: tuple[UserId, ...]  # each once, in the order of the text
    unknown: tuple[str, ...]  # names nobody who reads claims has; masked in the text like any handle
    masked: bool  # something else that is personal was


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    claim_id: ClaimId  # on which it was written
    user_name: str
    text: str  # as kept
    names: Mapping[UserId, str]  # of who is mentioned
    written_at: datetime

    def pieces(self) -> list[tuple[str, bool]]:
        """Return the text as it is read, in pieces; True for a name that is mentioned."""
        found: list[tuple[str, bool]] = []
        last = 0
        for match in _KEPT.finditer(self.text):
            name = self.names.get(UserId(UUID(match[1])))
            if name is None:  # somebody typed it: it mentions nobody
                continue
            found += [(self.text[last : match.start()], False), (f"@{name}", True)]
            last = match.end()
        return [piece for piece in (*found, (self.text[last:], False)) if piece[0]]

    def plain(self) -> str:
        """Return the text as it is read, as one string."""
        return "".join(text for text, _ in self.pieces())


def draft_note(raw: str, people: Mapping[str, UserId]) -> Draft:
    """Return what is kept of what was typed; `people` are those who may be mentioned, by name.

    Raises BadInput for a note that says nothing, is too long or mentions too many.
    """
    text = clean(raw)
    if not text:
        raise BadInput("note: says nothing")
    if len(raw) > MAX_NOTE_CHARACTERS:
        raise BadInput(f"note: longer than {MAX_NOTE_CHARACTERS} characters")
    kept: list[str] = []
    mentioned: dict[UserId, None] = {}
    unknown: dict[str, None] = {}
    last, masked = 0, False
    for match in _MENTION.finditer(text):
        user = people.get(match[1].lower())
        if user is None:
            unknown[match[1]] = None
            continue
        before = _without_unknown(text[last : match.start()], unknown)
        kept += [mask_personal(before), f"@{{{user}}}"]
        masked |= kept[-2] != before
        mentioned[user], last = None, match.end()
    after = _without_unknown(text[last:], unknown)
    kept.append(mask_personal(after))
    if len(mentioned) > MAX_MENTIONS:
        raise BadInput(f"note: mentions more than {MAX_MENTIONS} people")
    return Draft("".join(kept), tuple(mentioned), tuple(unknown), masked or kept[-1] != after)


def _without_unknown(text: str, unknown: Mapping[str, None]) -> str:
    return _MENTION.sub(lambda match: HANDLE_MASK if match[1] in unknown else match.group(), text)
