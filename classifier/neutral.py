"""Names taken out before the network reads: whom a text is about must not decide what it is.

Owns: exchanging names of contestants, parties, faiths and peoples for one placeholder a
kind, by the list in `names.yaml` and by the titles that stand before names. Used alike in
training and inference, so a name on the list cannot move a probability at all; what is not
on it is left to training. Offsets are not kept: evidence is told in whole sentences.
"""

import re
from functools import cache
from importlib.resources import files

import yaml

PERSON = "person"
# A word begins and ends at a letter's edge, and at a capital inside a hashtag ("#TangkapSiAnu").
_START = r"(?:(?<!\w)|(?<=(?-i:[a-z0-9]))(?=(?-i:[A-Z])))"
_END = r"(?:(?:nya|lah|kah|pun|2)?(?!\w|['’]\w)|(?<=(?-i:[a-z]))(?=(?-i:[A-Z])))"
_NAME = r"[A-Z][\w'’]*(?:\.(?=\s))?"
# Titles after which a capitalised run is somebody's name. Offices that follow them are not names.
_TITLES = (
    r"(?:[Cc]alon (?:[Ww]akil )?(?:[Ww]ali ?[Kk]ota|[Bb]upati|[Gg]ubernur|[Pp]residen|[Ll]egislatif)"
    r"(?: nomor urut \d+)?|[Cc]awawali|[Cc]awali|[Cc]agub|[Cc]awagub|[Cc]abup|[Cc]awabup|[Cc]apres"
    r"|[Cc]awapres|[Cc]aleg|[Pp]aslon|[Pp]asangan"
    r"|[Kk]andidat|[Pp]etahana|[Pp]ak|[Bb]apak|[Bb]ang|[Mm]as|[Mm]bak|[Hh]aji|KH\.?|H\.|Hj\.|[Dd]r\.|Ir\.|Prof\.)"
)
_OFFICES = (
    "Lurah|Camat|Wali|Walikota|Bupati|Gubernur|Presiden|Wakil|Menteri|Kapolres|Kapolri|Kapolda|Dandim|Ketua|Sekda"
    "|Kepala|RT|RW|Rt|Rw|Guru|Haji|Kades|Polisi|Kadis|Dokter|Nomor|No|KPU|Bawaslu|DPR|DPRD|TNI|Polri|Republik|Ustadz"
    "|Independen|Tunggal|Anggota|Dewan|Jenderal|Direktur|Rektor|Hakim|Jaksa|Dan|Yang|Ini|Itu|Di|Ke"
)


def neutralise(text: str) -> str:
    """Return the normalised text with each name exchanged for its kind's placeholder.

    Two texts that differ only in listed names of one kind come back equal. Idempotent.
    Source: names.yaml in this folder.
    """
    for pattern, placeholder in _patterns():
        text = pattern.sub(placeholder, text)
    person = placeholders()[PERSON]
    return _titled().sub(lambda found: f"{found['title']} {person}", text)


@cache
def placeholders() -> dict[str, str]:
    """Return what stands for each kind of name."""
    return {kind: str(entry["placeholder"]) for kind, entry in _read().items()}


def listed(kind: str) -> tuple[str, ...]:
    """Return the listed forms of one kind. Raises KeyError for an unknown kind."""
    return tuple(_read()[kind]["forms"])


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    raw: dict[str, dict[str, list[str]]] = yaml.safe_load(
        files("classifier").joinpath("names.yaml").read_text(encoding="utf-8")
    )
    return raw


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    found: list[tuple[re.Pattern[str], str]] = []
    for kind, entry in _read().items():
        forms = "|".join(re.escape(form) for form in sorted(entry["forms"], key=len, reverse=True))
        after = "|".join(entry.get("not_before", ()))
        guard = rf"(?! (?:{after})\b)" if after else ""
        found.append((re.compile(rf"{_START}(?:{forms}){_END}{guard}", re.I), placeholders()[kind]))
        if cased := entry.get("cased_forms"):
            found.append((re.compile(rf"\b(?:{'|'.join(cased)})\b"), placeholders()[kind]))
    return tuple(found)


@cache
def _titled() -> re.Pattern[str]:
    run = rf"(?!(?:{_OFFICES})\b){_NAME}(?:(?:[-–&]| dan | & | )(?!(?:{_OFFICES})\b){_NAME}){{0,3}}"
    return re.compile(rf"\b(?P<title>{_TITLES})\s+(?P<name>{run})")
