"""Whose words a news text is, when it says so: the agency it is credited to.

Owns: the agencies and how outlets credit them, at the dateline or at the end. A text that only
cites an agency ("dikutip dari Antara") says something of its own.
"""

import re

from kentongan.domain import Item, Platform

AGENCIES = {
    "Antara": r"ANTARA(?:\s?News)?|Antara(?:\s?News)?|LKBN Antara|antaranews\.com",
    "Reuters": r"Reuters|REUTERS",
    "AFP": r"AFP|Agence France-Presse",
    "Xinhua": r"Xinhua|XINHUA",
    "Anadolu": r"Anadolu(?: Agency)?",
    "VOA": r"VOA(?: Indonesia)?|Voice of America",
    "DW": r"Deutsche Welle|DW Indonesia",
    "BBC": r"BBC(?: News)? Indonesia",
}
_HEAD, _TAIL = 160, 300  # characters
_MADE_UP = r"(?:/[A-Z][\w.]*)*"  # "Antara/Xinhua", "ANTARA/HO-Pemkot"
_BY = r"(?:[-/][\w .]+)?"  # "ANTARA/HO-Pemkot"


def _compiled() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    found = {}
    for agency, names in AGENCIES.items():
        credit = rf"(?:{names}){_MADE_UP}"
        head = re.compile(
            rf"^[^\n]{{0,60}}?(?:\(\s*{credit}{_BY}\s*\)|,\s*{credit})\s*(?:[-–—:]|$)|^\s*{credit}\s*[-–—]",
            re.M,
        )
        tail = re.compile(
            rf"(?:\(\s*{credit}{_BY}\s*\)|\b(?i:sumber)\s*:\s*{credit}"
            rf"|(?i:copyright)\s*©?\s*{credit}(?:\s*\d{{4}})?)[\s.]*$",
            re.M | re.I if agency == "Antara" else re.M,
        )
        found[agency] = (head, tail)
    return found


_CREDITS = _compiled()


def find_wire(item: Item) -> str:
    """Return the agency that a news item is credited to, "" for none."""
    if item.platform is not Platform.NEWS:
        return ""
    head, tail = item.text[:_HEAD], item.text[-_TAIL:]
    for agency, (at_head, at_tail) in _CREDITS.items():
        if at_head.search(head) or at_tail.search(tail):
            return agency
    return ""
