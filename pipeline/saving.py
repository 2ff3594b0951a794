"""What may be saved as a search, who may change it, and when it ends.

Owns: these rules, for the web pages and the command line alike. Leaves keeping to `store.saved`.
A search that names a declared candidate ends with the stage of the election it is made in, and at
the latest with the candidate's own last day (R17). Posters cannot be searched for, so no search can
watch one; a query that asks for an account or a number is refused whole, so that none is kept (R5).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kentongan.domain import Role, User
from kentongan.elections import CALENDAR_FILE, Calendar, read_calendar
from kentongan.lexicon import key_of
from kentongan.region import Region
from kentongan.saved import (
    MAX_NOTE,
    MAX_QUERY,
    MAX_ROUTE,
    MAX_TITLE,
    NotSaved,
    Refusal,
    SavedSearch,
    Wanted,
)
from kentongan.store import Store
from kentongan.targets import Target, Targets, find_targets, read_targets
from kentongan.text import mask_personal
from pipeline.traits import TARGETS_FILE
from search.analysis import stem_terms
from search.index import Query
from search.percolate import Standing, read_standing
from search.query import understand
from search.tree import And, Never, Node, Not, Or, Prefix, Word, leaves

_CLAIM_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
MAX_VALUES = 50  # of one filter: more is no choice, and each is looked up for every item


@dataclass(frozen=True, slots=True)
class Rules:
    """What this deployment declares: candidates, stages, and the zone its days begin in."""

    targets: Targets
    calendar: Calendar
    zone: ZoneInfo

    def named(self, wanted: Wanted) -> tuple[Target, ...]:
        """Return the declared candidates that a search names, whose stage is over included.

        By any spelling that would find them: a query knows no capitals and no order of words.
        """
        looked_for = list(leaves(understand(wanted.query).node))
        words = [leaf for leaf in looked_for if isinstance(leaf, Word)]
        exact = [term for leaf in looked_for if not isinstance(leaf, Prefix) for term in leaf.exact]
        shown, stems = [word.shown for word in words], frozenset(word.stem for word in words)
        begun = tuple(leaf.exact for leaf in looked_for if isinstance(leaf, Prefix))
        said = frozenset([*exact, *shown])
        terms = [*exact, *begun]
        texts = (wanted.title, wanted.query, *(" ".join(t.title() for t in some) for some in (terms, shown)))
        found = {key for text in texts for key in find_targets(self.targets, text, date.min)}

        def is_named(target: Target) -> bool:
            name = key_of(target.name).split()
            long = begun if len(name) > 1 else tuple(b for b in begun if len(b) > 2)
            return target.id in found or all(
                word in said or word.startswith(long) or not stems.isdisjoint(stem_terms([word]))
                for word in name
            )

        return tuple(t for t in self.targets.all if t.until is not None and is_named(t))

    def ends_at(self, wanted: Wanted, at: datetime) -> datetime | None:
        """Return when a search made at that moment ends; None for one that names no candidate."""
        named = self.named(wanted)
        if not named:
            return None
        stage_ends = self.calendar.stage_ends(at.astimezone(self.zone).date())
        last_days = [target.until for target in named if target.until is not None]
        last = min([*last_days, stage_ends] if stage_ends else last_days)
        return datetime.combine(last + timedelta(days=1), time(), self.zone).astimezone(UTC)


def read_rules(region: Region, home: Path) -> Rules:
    """Return the rules of a deployment. Raises FormatError naming file, line and field of its own files."""
    return Rules(
        read_targets(region.name, home / TARGETS_FILE),
        read_calendar(region.name, home / CALENDAR_FILE),
        region.time_zone,
    )


def standing_of(wanted: Wanted, zone: ZoneInfo) -> Standing:
    """Return the query that items are held against. Raises BadInput naming a filter on no field."""
    return read_standing(Query(wanted.query, filters=wanted.filters, zone=zone.key))


def check_wanted(wanted: Wanted, zone: ZoneInfo) -> Wanted:
    """Return it tidied, personal data masked.

    Raises NotSaved, and BadInput for a filter on no field; both name the field.
    """
    tidy = replace(
        wanted,
        title=_line("title", mask_personal(wanted.title), MAX_TITLE),
        query=_line("query", wanted.query, MAX_QUERY),
        route=_line("route", mask_personal(wanted.route), MAX_ROUTE),
        note=_short("note", mask_personal(wanted.note.strip()), MAX_NOTE),
        filters=_filters(wanted.filters),
    )
    if not tidy.title:
        raise NotSaved(Refusal.NO_TITLE, "title: is missing")
    standing = standing_of(tidy, zone)
    if understand(tidy.query).node == And() and not tidy.filters:
        raise NotSaved(Refusal.EVERYTHING, "query: asks for nothing, so everything would be found")
    if _asks_for_masked(standing.node) or any(map(_is_personal, _values_of(tidy))):
        said = "query: asks for an account, a number or an address of a person; these are not searchable"
        raise NotSaved(Refusal.MASKED, said)
    return tidy


def save(
    store: Store, rules: Rules, wanted: Wanted, *, owner: User | None, by: str, at: datetime | None = None
) -> SavedSearch:
    """Keep a new search; the region's own without an owner. Raises NotSaved, BadInput."""
    tidy = check_wanted(wanted, rules.zone)
    return store.saved.add(tidy, owner=owner, expires_at=_end(rules, tidy, at), by=by)


def change(
    store: Store, rules: Rules, search: SavedSearch, wanted: Wanted, *, version_seen: int, by: str
) -> SavedSearch:
    """Ask for something else; see `store.saved.change`. Raises NotSaved, BadInput, Conflict, NotFound.

    Its end stays while its query does, and comes nearer where a name has been added to its title.
    """
    tidy = check_wanted(wanted, rules.zone)
    return store.saved.change(
        search.id, tidy, version_seen=version_seen, expires_at=_end(rules, tidy, None), by=by
    )


def may_change(search: SavedSearch, user: User) -> bool:
    """Tell whether the user may edit or pause it: their own, and an administrator the region's."""
    if search.owner:
        return search.owner == user.name
    return user.role is Role.ADMINISTRATOR


def may_remove(search: SavedSearch, user: User) -> bool:
    """Tell whether the user may remove it: never one of the product's topics."""
    return not search.topic and may_change(search, user)


def _end(rules: Rules, wanted: Wanted, at: datetime | None) -> datetime | None:
    moment = at or datetime.now(UTC)
    ends = rules.ends_at(wanted, moment)
    if ends is not None and ends <= moment:
        names = ", ".join(target.name for target in rules.named(wanted))
        raise NotSaved(
            Refusal.STAGE_OVER, f"query: names {names}, whose stage of the election is over", names
        )
    return ends


def _asks_for_masked(node: Node) -> bool:
    match node:
        case Never():
            return True
        case Not(part):
            return _asks_for_masked(part)
        case And(parts) | Or(parts):
            return any(map(_asks_for_masked, parts))
        case _:
            return False


def _values_of(wanted: Wanted) -> Iterator[str]:
    """Yield what of it is kept as typed; a number may lie over several words."""
    yield wanted.query
    for values in wanted.filters.values():
        yield from values


def _is_personal(typed: str) -> bool:
    said = _CLAIM_ID.sub(" ", typed)  # whose digits may look like a number
    return mask_personal(said) != said


def _filters(filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    tidy = {name: tuple(sorted({v.strip() for v in values} - {""})) for name, values in filters.items()}
    for name, values in tidy.items():
        if len(values) > MAX_VALUES or any(len(value) > MAX_QUERY for value in values):
            said = f"{name}: at most {MAX_VALUES} values of {MAX_QUERY} characters"
            raise NotSaved(Refusal.TOO_LONG, said, str(MAX_VALUES))
    return {name: values for name, values in tidy.items() if values}


def _line(field: str, value: str, limit: int) -> str:
    return _short(field, " ".join(value.split()), limit)


def _short(field: str, value: str, limit: int) -> str:
    if len(value) > limit:
        raise NotSaved(Refusal.TOO_LONG, f"{field}: longer than {limit} characters", str(limit))
    return value
