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
_END = r"(?:(?:nya|lah|kah|pun)?(?:['’]s|\d{1,4})?(?!\w|['’]\w)|(?<=(?-i:[a-z]))(?=(?-i:[A-Z])))"
# Titles after which a capitalised run is somebody's name. Offices that follow them are not names, and
# neither is a run that goes on: a headline writes every word so ("Pak Lurah Gagal Total").
_TITLES = (
    r"(?:[Cc]alon (?:[Ww]akil )?(?:[Ww]ali ?[Kk]ota|[Bb]upati|[Gg]ubernur|[Pp]residen|[Ll]egislatif)"
    r"(?: nomor urut \d+)?|[Cc]awawali|[Cc]awali|[Cc]agub|[Cc]awagub|[Cc]abup|[Cc]awabup"
    r"|[Pp]ak|[Bb]apak|[Hh]aji|KH\.?|H\.|Hj\.|[Dd]r\.|Ir\.|Prof\.)"
)
_OFFICES = (
    "Lurah|Camat|Wali|Walikota|Bupati|Gubernur|Presiden|Wakil|Menteri|Kapolres|Kapolri|Kapolda|Dandim|Ketua|Sekda"
    "|Kepala|RT|RW|Rt|Rw|Guru|Haji|Kades|Polisi|Kadis|Dokter|Nomor|No|KPU|Bawaslu|DPR|DPRD|TNI|Polri|Republik|Ustadz"
    "|Independen|Tunggal|Anggota|Dewan|Jenderal|Direktur|Rektor|Hakim|Jaksa|Dan|Yang|Ini|Itu|Di|Ke|Tidak|Gagal|Jangan"
    "|Bukan|Harus|Akan|Sudah|Belum|Bantah|Membantah|Janji|Berjanji|Korupsi|Bohong|Mundur|Malas|Minta|Kok|Mau|Bisa"
)
_NAME = rf"(?!(?:{_OFFICES})\b)(?:[A-Z]\.|[A-Z][\w'’]+)"


def neutralise(text: str) -> str:
    """Return the normalised text with each name exchanged for its kind's placeholder.

    Two texts that differ only in listed names of one kind come back equal, but for names that are
    part of a place ("Jawa Barat", "Kota Padang"). Idempotent. Source: names.yaml in this folder.
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
        before = "".join(rf"(?<!(?-i:{word}) )" for word in entry.get("not_after", ()))
        after = "|".join(entry.get("not_before", ()))
        guard = rf"(?! (?-i:{after})\b)" if after else ""
        pattern = re.compile(rf"{_START}{before}(?:{forms}){_END}{guard}", re.I)
        found.append((pattern, placeholders()[kind]))
        if cased := entry.get("cased_forms"):
            found.append((re.compile(rf"\b(?:{'|'.join(cased)})\b"), placeholders()[kind]))
    return tuple(found)


@cache
def _titled() -> re.Pattern[str]:
    run = rf"{_NAME}(?:(?:[-–&]| dan | & | ){_NAME}){{0,2}}"
    return re.compile(rf"\b(?P<title>{_TITLES})\s+(?P<name>{run})(?![\w'’]| [A-Z])")
