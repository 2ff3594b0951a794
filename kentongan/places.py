"""Where in the city a text is about: votes of its title, dateline and words over kecamatan and kelurahan.

Owns: which mention counts and how much. Leaves the names to `gazetteer` and the words
around them to `place_cues`. One mention decides nothing that others contradict: a story
about Pangkalpinang once says "Pemkot Palembang" (DOMAIN 0), and "pemilu damai" is not
kelurahan Damai (DOMAIN 5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kentongan.gazetteer import Doubt, Gazetteer, Place, Sense, Term
from kentongan.lexicon import Hit
from kentongan.place_cues import Cue, Surroundings, joined, larger_place, lies_within, look_around
from kentongan.text import sentences

MAX_PLACES = 5
_MAX_CHARACTERS = 200_000  # a text is read so far; an article has 5,000
_MAX_NAMES = 1_000
_DATELINE_SENTENCES = 3
_DATELINE_CHARACTERS = 80

# Votes. A vote of 1 is one mention in the body.
_HEAD = 3.0  # in the title or the dateline
_BODY = 1.0
_NAMED_AS_AREA = 1.0  # more, directly after "kelurahan" or "kecamatan"
_NEAR_CUE = 0.5  # more, after "RT 05", "warga", "di"
_LANDMARK = 0.5
_OUTLET = 0.75  # less than one mention of another city
_OF_KELURAHAN = 0.5  # of the votes of its kelurahan are a kecamatan's, if it has no more of its own
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in `f"{title}\\n{text}"`, or in the text alone when there is no title."""

    start: int
    end: int
    code: str


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """`codes`: of kecamatan and kelurahan, best first: at most five that are named, and the
    kecamatan of each kelurahan. `votes`: of these, and of the city under its own code.
    `local`: whether the text is about the city at all. `share`: of votes for the city among
    those for any city, 0 to 1. `mentions`: of `codes`, in order."""

    codes: tuple[str, ...]
    votes: Mapping[str, float]
    local: bool
    share: float
    mentions: tuple[Mention, ...]


@dataclass(slots=True)
class _Seen:
    """A name in its surroundings. `cue` is also what it takes over from the name before it in a list."""

    hit: Hit[Term]
    around: Surroundings
    weight: float
    cue: Cue
    officer: bool
    accepted: bool = False


def find_places(gazetteer: Gazetteer, title: str, text: str, *, outlet_region: str = "") -> PlacesFound:
    """Return the places of the city that a text is about.

    `outlet_region` is the region name of the source: it speaks weakly for the city, and for
    no part of it. Comment sections and "Baca juga" lines count for nothing. Only the first
    200,000 characters are read.
    """
    whole = (f"{title}\n{text}" if title else text)[:_MAX_CHARACTERS]
    seen = list(_look(gazetteer, whole, min(len(title) + 1, len(whole)) if title else 0))
    home = outlet_region == gazetteer.name
    balance = _Balance(_OUTLET if home else 0.0, foreign=bool(outlet_region) and not home)
    _weigh_the_certain(seen, balance)
    _decide_the_doubted(seen, balance, whole)
    return _count(seen, balance, gazetteer)


@dataclass(slots=True)
class _Balance:
    """Votes for our city and for others; `first` is the sign of the first name that had one;
    `foreign` tells that the outlet is another city's or the whole country's."""

    ours: float
    foreign: bool
    others: float = 0.0
    names_area: bool = False
    first: int = 0
    keys: set[str] = field(default_factory=set)

    def add(self, ours: float = 0.0, others: float = 0.0) -> None:
        self.ours += ours
        self.others += others
        self.first = self.first or (1 if ours else -1 if others else 0)

    @property
    def leans_here(self) -> bool:
        """Whether something speaks for the city, and nothing outweighs it."""
        return self.ours > 0 and self.ours >= self.others

    @property
    def is_local(self) -> bool:
        return self.leans_here and (self.ours > self.others or self.first >= 0 or self.names_area)


def _look(gazetteer: Gazetteer, whole: str, text_start: int) -> Iterator[_Seen]:
    """Yield the names in the title, datelines and sentences; those of page furniture are passed over."""
    spans = iter([*_spans(whole, text_start), (len(whole) + 1, len(whole) + 1, _BODY)])
    left, right, weight = next(spans)
    for hit in gazetteer.lexicon.find(whole, _MAX_NAMES):
        while hit.start >= right:
            left, right, weight = next(spans)
        if hit.start >= left:
            around = look_around(whole, hit.start, hit.end)
            yield _Seen(hit, around, weight, around.cue, around.officer)


def _spans(whole: str, text_start: int) -> Iterator[tuple[int, int, float]]:
    if text_start:
        yield 0, text_start, _HEAD
    for number, sentence in enumerate(sentences(whole[text_start:])):
        start, end = text_start + sentence.start, text_start + sentence.end
        line = max(text_start, whole.rfind("\n", 0, start) + 1)
        if number < _DATELINE_SENTENCES and start - line <= _DATELINE_CHARACTERS:
            yield line, start, _HEAD
        yield start, end, _BODY


def _weigh_the_certain(seen: Sequence[_Seen], balance: _Balance) -> None:
    for name in seen:
        term = name.hit.value
        balance.keys.add(term.key)
        match term.sense:
            case Sense.CITY:
                balance.add(ours=name.weight)
            case Sense.ABBREVIATION if name.cue in (Cue.WHERE, Cue.PEOPLE):
                balance.add(ours=name.weight)
            case Sense.LANDMARK:
                balance.add(ours=_LANDMARK)
            case Sense.OUTSIDE:
                balance.add(others=name.weight)
            case Sense.OUTSIDE_CAPITAL if name.around.capital:
                balance.add(others=name.weight)
            case Sense.AREA if term.place is not None and term.place.doubt is Doubt.NONE:
                name.accepted = name.cue not in (Cue.STREET, Cue.NAME_OF)
                balance.names_area |= name.accepted
                balance.add(ours=name.weight if name.accepted else _LANDMARK)
            case Sense.AREA if term.names_city:
                balance.add(ours=name.weight)


def _decide_the_doubted(seen: Sequence[_Seen], balance: _Balance, whole: str) -> None:
    for index, name in enumerate(seen):
        place = name.hit.value.place
        if place is None:
            continue
        before = seen[index - 1] if index else None
        after = seen[index + 1] if index + 1 < len(seen) else None
        listed = before is not None and before.accepted and joined(whole, before.hit.end, name.hit.start)
        if before is not None and listed and name.cue is Cue.NONE:
            name.cue, name.officer = before.cue, before.officer
        if place.doubt is Doubt.NONE:
            continue
        if place.unless & balance.keys and not (_named_as(place, name.cue) and balance.leans_here):
            balance.add(others=name.weight)
        elif not _lies_elsewhere(name, after, whole) and _is_meant(
            name, place, listed, after, balance, whole
        ):
            name.accepted = True
            balance.add(ours=0.0 if name.hit.value.names_city else name.weight)


def _lies_elsewhere(name: _Seen, after: _Seen | None, whole: str) -> bool:
    """Tell whether what follows puts it elsewhere: "Batu Ampar, Batam", "Rejosari, Kecamatan Tenayan"."""
    end = name.hit.end
    larger = larger_place(whole, end)
    if after is None:
        return larger >= 0
    if after.hit.value.sense in (Sense.OUTSIDE, Sense.OUTSIDE_CAPITAL):
        return larger >= 0 or lies_within(whole, end, after.hit.start)[0]
    return larger >= 0 and after.hit.start != larger


def _is_meant(
    name: _Seen, place: Place, listed: bool, after: _Seen | None, balance: _Balance, whole: str
) -> bool:
    """Tell whether a name that may be something else is this place (DOMAIN 5)."""
    around, word = name.around, place.doubt is Doubt.WORD
    if around.cue in (Cue.STREET, Cue.NAME_OF, Cue.NOT_AREA) or balance.others > balance.ours:
        return False
    if around.cue in (Cue.KELURAHAN, Cue.KECAMATAN):
        loose = around.wish or (around.officer and not around.capital)
        stranger = balance.foreign and not balance.leans_here
        return _named_as(place, around.cue) and not (word and loose) and not stranger
    near = around.cue in (Cue.NUMBERED, Cue.PEOPLE, Cue.WHERE)
    if listed:
        by_cue = _named_as(place, name.cue) and not name.officer
        return around.capital or by_cue or not word
    if after is not None and _speaks_for_us(after):
        within, comma = lies_within(whole, name.hit.end, after.hit.start)
        in_own = after.hit.value.place is not None and after.hit.value.place.code == place.kecamatan
        if within and (around.capital and near and comma if word else around.capital or near or in_own):
            return True
        if joined(whole, name.hit.end, after.hit.start) and around.capital and (near or around.telling):
            return True
    if not balance.leans_here:
        return False
    if not around.capital:
        return around.cue is Cue.NUMBERED and not word
    if word:
        return around.telling and around.cue in (Cue.NUMBERED, Cue.PEOPLE)
    return around.telling or near


def _speaks_for_us(name: _Seen) -> bool:
    term = name.hit.value
    return term.sense is Sense.CITY or (term.place is not None and (name.accepted or term.names_city))


def _named_as(place: Place, cue: Cue) -> bool:
    return cue is (Cue.KELURAHAN if place.is_kelurahan else Cue.KECAMATAN)


def _count(seen: Sequence[_Seen], balance: _Balance, gazetteer: Gazetteer) -> PlacesFound:
    fall = 1.0 if balance.ours >= balance.others else balance.ours / balance.others
    named: dict[str, float] = {}
    for name in seen:
        place = name.hit.value.place
        if place is not None and name.accepted:
            named[place.code] = named.get(place.code, 0.0) + fall * (name.weight + _bonus(place, name.cue))
    best = [code for code in sorted(named, key=lambda c: -named[c]) if named[code] >= _LEAST][:MAX_PLACES]
    votes = {code: named[code] for code in best}
    below: dict[str, float] = {}
    for place in (gazetteer.places[code] for code in best):
        if place.is_kelurahan:
            below[place.kecamatan] = below.get(place.kecamatan, 0.0) + _OF_KELURAHAN * named[place.code]
    for code, vote in below.items():
        votes[code] = max(named.get(code, 0.0), vote)
    codes = tuple(sorted(votes, key=lambda c: (-votes[c], not gazetteer.places[c].is_kelurahan)))
    mentions = tuple(
        Mention(name.hit.start, name.hit.end, place.code)
        for name in seen
        if name.accepted and (place := name.hit.value.place) is not None and place.code in votes
    )
    total = balance.ours + balance.others
    share = balance.ours / total if total else 0.0
    return PlacesFound(codes, {**votes, gazetteer.code: balance.ours}, balance.is_local, share, mentions)


def _bonus(place: Place, cue: Cue) -> float:
    if _named_as(place, cue):
        return _NAMED_AS_AREA
    return _NEAR_CUE if cue in (Cue.NUMBERED, Cue.PEOPLE, Cue.WHERE) else 0.0
