"""What the words around a name say about it: a kelurahan, a street, a school, somewhere else.

Owns: the cues before and after a name, and whether its capital says anything. Leaves
what follows from them to `places`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_BEFORE = 60  # characters read before a name
_AFTER = 40

_STREET = re.compile(r"\b(?:jalan|jln|jl|gang|gg|lorong)\.?\s+(?:raya\s+)?$", re.I)
_KELURAHAN = re.compile(r"\b(?:kelurahan|kel|lurah)\b\.?\s*[:\"'“‘(]?\s*$", re.I)
_KECAMATAN = re.compile(
    r"\b(?:kecamatan|kec|camat|ppk|panwascam|polsek|polsekta|koramil)\b\.?\s*[:\"'“‘(]?\s*$", re.I
)
_OFFICER = re.compile(r"\b(?:lurah|camat)\s*$", re.I)  # "pak lurah damai dengan warga"
_WISH = re.compile(
    r"\b(?:menuju|mewujudkan|wujudkan|menjadi|jadi|ciptakan|menciptakan|deklarasi|program|lomba)"
    r"\s+kelurahan\s*$",
    re.I,
)
_NUMBERED = re.compile(r"\b(?:rt|rw|tps)[\s.:]*\d{1,3}(?:\s*[/,]?\s*(?:rt|rw)[\s.:]*\d{1,3})?,?\s+$", re.I)
_PEOPLE = re.compile(r"\b(?:warga|penduduk|masyarakat|pemuda|tokoh|nelayan|petani|pedagang)\s+$", re.I)
_WHERE = re.compile(
    r"\b(?:di|ke|dari|untuk|antara|kawasan|wilayah|daerah|kampung|simpang|sekitar|puskesmas|posyandu"
    r"|tpa|waduk)\s+$",
    re.I,
)
_NAME_OF = re.compile(
    r"\b(?:pt|cv|ud|yayasan|toko|warung|rumah makan|restoran|kafe|hotel|grup|band|film|bernama|berjudul)\b"
    r"\.?\s+$",
    re.I,
)
_NOT_AREA = re.compile(
    r"\b(?:masjid|mesjid|musala|mushola|surau|gereja|vihara|kelenteng|klenteng|pura|universitas|univ|kampus|institut"
    r"|sekolah|sdn?|smpn?|sman?|smkn?|mtsn?|man|rs|rsud|klinik|apotek|stadion|bandara|stasiun|terminal|pelabuhan|dermaga|perumahan|perum|kompleks?|pasar"
    r"|pohon|buah|daun|makam|pantai|pulau|sungai|bukit|gunung|taman|lapangan|gedung|partai|patih"
    r"|kerajaan|desa|dusun|nagari|gampong|tiyuh|pekon|pemangku|distrik|kabupaten|kab|provinsi|koalisi)"
    r"\b\.?\s+(?:\d{1,3}\s+)?$",
    re.I,
)
_JOINED = re.compile(r"\s*(?:,|/|&|,?\s*\b(?:dan|serta|maupun|hingga|sampai)\b)\s*", re.I)
_WITHIN = re.compile(r"(?P<comma>\s*[,(])?\s*(?:(?:di|kecamatan|kec\.?|kota)\s+)?", re.I)
_LARGER = re.compile(r"\s*[,(]?\s*(?:kecamatan|kec\.?|kabupaten|kab\.?|provinsi)\s+(?=\w)", re.I)
_LAST_WORD = re.compile(r"([^\W_]+)[^\w.!?:;\n\"“]*$")
_NEXT_WORD = re.compile(r"[ \t\u00a0]+([^\W_]+)")


class Cue(StrEnum):
    """What stands directly before a name, the strongest first."""

    KELURAHAN = "kelurahan"
    KECAMATAN = "kecamatan"
    STREET = "street"
    NAME_OF = "name_of"  # a firm, a shop, a person
    NOT_AREA = "not_area"
    NUMBERED = "numbered"  # RT 05, TPS 12
    PEOPLE = "people"
    WHERE = "where"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`capital`: it is written with capitals; `telling`: the words beside it are not;
    `officer`: the cue is a person's office; `wish`: the cue says what a place should become."""

    cue: Cue
    capital: bool
    telling: bool
    officer: bool = False
    wish: bool = False


def look_around(text: str, start: int, end: int) -> Surroundings:
    """Return what stands around `text[start:end]`."""
    before = text[max(0, start - _BEFORE) : start]
    capital = all(word[0].isupper() or word[0].isdigit() for word in re.findall(r"[^\W_]+", text[start:end]))
    cue = _cue(before)
    return Surroundings(
        cue,
        capital,
        capital and _is_telling(before, text, start, end, cue is Cue.NUMBERED),
        officer=bool(_OFFICER.search(before)),
        wish=bool(_WISH.search(before)),
    )


def _cue(before: str) -> Cue:
    for cue, pattern in (
        (Cue.KELURAHAN, _KELURAHAN),
        (Cue.KECAMATAN, _KECAMATAN),
        (Cue.STREET, _STREET),
        (Cue.NAME_OF, _NAME_OF),
        (Cue.NOT_AREA, _NOT_AREA),
        (Cue.NUMBERED, _NUMBERED),
        (Cue.PEOPLE, _PEOPLE),
        (Cue.WHERE, _WHERE),
    ):
        if pattern.search(before):
            return cue
    return Cue.NONE


def _is_telling(before: str, text: str, start: int, end: int, numbered: bool) -> bool:
    # A capital after a lower-case word of the same sentence; of some names also before one.
    last = _LAST_WORD.search(before)
    if last is not None and last.group(1)[0].islower():
        return True
    following = _NEXT_WORD.match(text, end, end + _AFTER)
    if following is None or not following.group(1)[0].islower():
        return False
    return " " in text[start:end] or (numbered and following.group(1) != "dan")


def joined(text: str, left_end: int, start: int) -> bool:
    """Tell whether only a comma or "dan" stands between two names."""
    return start - left_end <= _AFTER and _JOINED.fullmatch(text, left_end, start) is not None


def lies_within(text: str, end: int, larger_start: int) -> tuple[bool, bool]:
    """Tell whether the second name directly follows as what the first lies in ("Damai, Balikpapan"),
    and whether a comma says so."""
    if larger_start - end > _AFTER:
        return False, False
    match = _WITHIN.fullmatch(text, end, larger_start)
    return match is not None, match is not None and match["comma"] is not None


def larger_place(text: str, end: int) -> int:
    """Return where the larger place begins that directly follows ("Manggar, Kabupaten X"), or -1."""
    match = _LARGER.match(text, end, end + _AFTER)
    return match.end() if match else -1
