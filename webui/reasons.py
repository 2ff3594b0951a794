"""The sentence that says why an item is flagged, and what an indication of a hoax rests on.

Owns: fixed templates, and making what is quoted in them plain text. Leaves choosing the parts to
`kentongan.reasons`. Beside the press nothing is said of hoaxes, cues or checks (R9); how much a
sentence weighs is a band, never a number (R11).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from babel.lists import format_list
from flask_babel import get_locale, gettext

from kentongan.domain import Ground, Label
from kentongan.reasons import Finding, Why, find_why, refuting_check
from kentongan.store.items import ItemView
from kentongan.text import mask_personal
from kentongan.triage import hoax_grounds
from webui import words
from webui.marks import shorten

QUOTE_CHARACTERS, NAME_CHARACTERS = 120, 60
_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„‟«»＂〝〞', "'"))


def item_reason(view: ItemView, *, press: bool) -> str:
    """Return the sentence for one item; empty before it is assessed."""
    why = _why(view)
    return say(why, press=press) if why else ""


def lead_reason(lead: ItemView, checked: ItemView | None, *, press: bool, refuted: bool) -> str:
    """Return the sentence for the item that speaks for a claim.

    Where a check refutes the claim (`refuted`) by another of its items only, that is said, and
    the check named if `checked` is such an item.
    """
    why = _lead_why(lead, checked, refuted)
    return say(why, press=press) if why else ""


def row_reason(lead: ItemView, checked: ItemView | None, *, press: bool, refuted: bool, drawn: bool) -> str:
    """Return what a row of the queue does not say by its labels, its marked sentences and its check.

    Empty where they say all. `drawn`: of the sample, where the page says once that nothing is flagged.
    """
    why = _lead_why(lead, checked, refuted)
    if why is None or (drawn and why.finding is not Finding.LEFT_OPEN):
        return ""
    if why.finding is not Finding.FLAGGED:
        return say(replace(why, quote=""), press=press)
    said = []
    if why.cues and not press:
        said.append(gettext("Marks of a chain message: %(cues)s.", cues=_cue_names(why)))
    if why.of_copy and not press:
        said.append(gettext("The check fits a similar copy."))
    return " ".join(said)


def grounds(views: Iterable[ItemView], *, press: bool, refuted: bool) -> tuple[str, ...]:
    """Return what the indication of a hoax that any of the items bears rests on, in words.

    Empty for press, and where none bears it. `refuted` tells of the whole claim.
    """
    bearing = [view for view in views if Label.HOAX in view.labels]
    if press or not bearing:
        return ()
    found = {ground for view in bearing for ground in hoax_grounds(view.assessment, refuted)}
    return ground_words([ground for ground in Ground if ground in found])


def ground_words(found: Sequence[Ground]) -> tuple[str, ...]:
    return tuple(str(words.GROUNDS[ground]) for ground in found)


def say(why: Why, *, press: bool = False) -> str:
    """Return one sentence in the language of the reader, plain text: templates escape it."""
    if why.finding is Finding.REPORTS:
        return str(gettext("Not flagged: the text reports on it and does not put it forward itself."))
    if why.finding is Finding.CLEAR:
        return str(gettext("Not flagged: no strong enough indication was found."))
    if press or why.finding is Finding.LEFT_OPEN:
        return _say_carefully(why, press)
    named = [_label(label, refuted=Ground.MATCH in why.grounds) for label in reversed(why.labels)]
    said = [_itself(why)]
    if why.cues:
        said.append(gettext("together with marks of a chain message (%(cues)s)", cues=_cue_names(why)))
    if why.check:
        verdict, meaning = words.verdict_words(
            _plain(why.check.verdict_text, NAME_CHARACTERS), why.check.verdict
        )
        about = {"publisher": _plain(why.check.publisher, NAME_CHARACTERS), "verdict": verdict}
        if why.of_copy:
            said.append(
                gettext("and a similar copy fits the fact-check by %(publisher)s: “%(verdict)s”", **about)
            )
        else:
            said.append(gettext("and it fits the fact-check by %(publisher)s: “%(verdict)s”", **about))
        if meaning:
            said[-1] += f" ({meaning})"
    return str(gettext("Flagged as %(labels)s: %(because)s.", labels=_listed(named), because=", ".join(said)))


def _say_carefully(why: Why, press: bool) -> str:
    """Say what the press wrote, or what is unclear: that the text holds it, not that it claims it."""
    names = words.PRESS_LABELS if press else words.LABEL_NAMES
    listed = "; ".join(str(names[label]) for label in why.labels)
    if why.finding is Finding.LEFT_OPEN:
        listed = gettext("unclear, a person has to read it (%(labels)s)", labels=listed)
    quote = _plain(why.quote, QUOTE_CHARACTERS)
    said = f"{listed}."
    if quote:
        weight = words.WEIGHTS[words.share_band(why.share)]
        said = gettext(
            "%(what)s: the text contains “%(quote)s” (%(weight)s).", what=listed, quote=quote, weight=weight
        )
    return said[0].upper() + said[1:]


def _itself(why: Why) -> str:
    quote = _plain(why.quote, QUOTE_CHARACTERS)
    if not quote:
        return str(gettext("the text puts it forward itself"))
    weight = words.WEIGHTS[words.share_band(why.share)]
    return str(gettext("the text itself puts forward “%(quote)s” (%(weight)s)", quote=quote, weight=weight))


def _why(view: ItemView) -> Why | None:
    if view.assessment is None:
        return None
    return find_why(view.assessment, view.item.full_text, view.labels, view.refuted, view.matches)


def _lead_why(lead: ItemView, checked: ItemView | None, refuted: bool) -> Why | None:
    why = _why(lead)
    if why and refuted and not lead.refuted and Label.HOAX in why.labels and why.finding is Finding.FLAGGED:
        check = refuting_check(checked.matches) if checked and checked.refuted else None
        return replace(why, grounds=(*why.grounds, Ground.MATCH), check=check, of_copy=True)
    return why


def _cue_names(why: Why) -> str:
    return ", ".join(_plain(words.cue_name(cue), NAME_CHARACTERS) for cue in why.cues)


def _label(label: Label, *, refuted: bool) -> str:
    return str(words.REFUTED_HOAX if refuted and label is Label.HOAX else words.LABELS[label])


def _listed(names: Sequence[str]) -> str:
    return str(format_list(names, locale=get_locale()))


def _plain(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters, without control characters, personal data or
    quotation marks of its own: nothing quoted can end the quotation and go on in our words."""
    line = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return shorten(mask_personal(line).translate(_QUOTATION_MARKS), limit)
