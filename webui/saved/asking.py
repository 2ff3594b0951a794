"""The form of a saved search: from the archive's address or a sent form to what is wanted, and in words.

Owns: which fields are read, and what a refusal and a filter are called. Leaves the rules to
`pipeline.saving`.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from kentongan.domain import ClaimState, Label, Platform, Stance
from kentongan.saved import NotSaved, Refusal, Wanted
from search.index import FIELDS
from webui import words

FIELD_NAMES: Mapping[str, str] = {
    "label": lazy_gettext("Indication"),
    "state": lazy_gettext("State of the claim"),
    "stance": lazy_gettext("Stance"),
    "place": lazy_gettext("Place"),
    "platform": lazy_gettext("Kind of source"),
    "source": lazy_gettext("Source"),
    "stage": lazy_gettext("Election and stage"),
    "claim": lazy_gettext("Claim"),
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "label": {label.value: words.LABEL_NAMES[label] for label in Label},
    "state": {state.value: words.STATES[state] for state in ClaimState},
    "stance": {stance.value: words.STANCES[stance] for stance in Stance},
    "platform": {platform.value: words.PLATFORMS[platform] for platform in Platform},
}


def read_wanted(args: MultiDict[str, str], query: str) -> Wanted:
    """Return what a form or the archive's address asks for; `query` is the name of its search words."""
    filters = {name: tuple(v for v in args.getlist(name) if v) for name in FIELDS}
    return Wanted(
        title=args.get("title", ""),
        query=args.get(query, ""),
        filters={name: values for name, values in filters.items() if values},
        route=args.get("route", ""),
        note=args.get("note", "").replace("\r\n", "\n"),
        shared="shared" in args,
    )


def value_text(field: str, value: str, region: str, sources: Mapping[str, str]) -> str:
    """Return what a value of a filter is called; one that we have no word for as it is."""
    if field == "place":
        return words.place_name(value, region)
    if field == "source":
        return sources.get(value, value)
    return str(_VALUES.get(field, {}).get(value, value))


def why_not(refused: NotSaved) -> str:
    """Return the sentence that tells why a search is not saved."""
    return str(_REFUSALS[refused.reason]) % {"about": refused.about}


_REFUSALS: Mapping[Refusal, str] = {
    Refusal.NO_TITLE: lazy_gettext("Give it a title."),
    Refusal.TOO_LONG: lazy_gettext("Something is too long: %(about)s is the most."),
    Refusal.EVERYTHING: lazy_gettext(
        "It asks for nothing, so everything would be found. Type words or choose a filter."
    ),
    Refusal.MASKED: lazy_gettext(
        "It asks for an account, a telephone number or an address of a person. These are masked in every "
        "text: they cannot be searched for, and nobody can be watched."
    ),
    Refusal.STAGE_OVER: lazy_gettext(
        "It names %(about)s, whose stage of the election is over. Searches for a candidate end with it."
    ),
    Refusal.OVER: lazy_gettext("Its time is over: it can only be removed."),
    Refusal.TOO_MANY: lazy_gettext("You have %(about)s saved searches already. Remove one first."),
    Refusal.KEPT: lazy_gettext("This one comes with every city. It can be paused, not removed."),
}
