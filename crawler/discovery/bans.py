"""What a site says against machines that collect: notices, tags, robots.txt of AI crawlers.

Owns: finding and naming it. What follows from it is a person's to decide (DOMAIN 4: permission).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from lxml.html import HtmlElement
from protego import Protego

from crawler.fetch_visit import Robots
from crawler.page import block_text, flat

MAX_LINES, MAX_LINE_CHARACTERS, MAX_QUOTE_CHARACTERS = 20_000, 2_000, 240
# The crawlers of AI makers, by the names they publish for robots.txt.
AI_AGENTS = (
    "GPTBot",
    "ClaudeBot",
    "anthropic-ai",
    "CCBot",
    "Google-Extended",
    "Applebot-Extended",
    "PerplexityBot",
    "Bytespider",
    "Amazonbot",
    "meta-externalagent",
)
_FORBIDS = re.compile(
    r"\bdilarang\b|\bmelarang\b|\btidak (?:diperkenankan|diizinkan|diperbolehkan|boleh)\b"
    r"|\btanpa (?:izin|ijin|seizin|seijin|persetujuan)\b|\bprohibited\b|\bnot (?:permitted|allowed)\b"
    r"|\bwithout (?:(?:prior|written|express) )*(?:permission|consent)\b",
    re.I,
)
# "AI" alone would find headlines; what is forbidden is collecting.
_COLLECTING = re.compile(
    r"\bcrawl\w*|\bscrap(?:e|ing|er)\w*|\bpeng-?indeks\w*|\bindeksasi\b|\bpengambilan konten\b"
    r"|\b(?:text and )?data mining\b|\bpenambangan (?:teks|data)\b|\bmelatih (?:model|AI|kecerdasan)\b",
    re.I,
)
_SIGNAL = re.compile(r"^\s*content-signal\s*:(.*)$", re.I | re.M)
_NO_AI = re.compile(r"\bnoai\b", re.I)


class BanKind(StrEnum):
    NOTICE = "notice"
    TAG = "noai tag"
    ROBOTS = "robots.txt for AI crawlers"
    SIGNAL = "Content-Signal"
    TDM = "TDM reservation"


@dataclass(frozen=True, slots=True)
class Ban:
    kind: BanKind
    url: str
    said: str  # one line, as written


def bans_of_page(tree: HtmlElement, headers: Mapping[str, str], url: str) -> list[Ban]:
    """Return what a page says: its notice (the first), `noai` tags, a reservation of text mining."""
    found = [Ban(BanKind.NOTICE, url, quote) for quote in islice(_notices(tree), 1)]
    metas = {
        (meta.get("name") or "").strip().lower(): flat(meta.get("content")) for meta in tree.iter("meta")
    }
    tags = ", ".join(filter(None, (metas.get("robots", ""), headers.get("x-robots-tag", ""))))
    if _NO_AI.search(tags):
        found.append(Ban(BanKind.TAG, url, tags[:MAX_QUOTE_CHARACTERS]))
    if "1" in (metas.get("tdm-reservation"), headers.get("tdm-reservation", "").strip()):
        found.append(Ban(BanKind.TDM, url, "tdm-reservation: 1"))
    return found


def _notices(tree: HtmlElement) -> Iterator[str]:
    for line in islice(block_text(tree).splitlines(), MAX_LINES):
        text = flat(line[:MAX_LINE_CHARACTERS])
        act = _COLLECTING.search(text)
        if act and _FORBIDS.search(text[max(0, act.start() - 300) : act.end() + 300]):
            start = max(0, act.start() - MAX_QUOTE_CHARACTERS // 2) if len(text) > MAX_QUOTE_CHARACTERS else 0
            yield text[start : start + MAX_QUOTE_CHARACTERS]


def bans_of_robots(robots: Robots | None, home: str) -> list[Ban]:
    """Return what a robots.txt says to the crawlers of AI makers, and for which use it reserves texts."""
    if robots is None:
        return []
    url = f"{home.rstrip('/')}/robots.txt"
    for_others = Protego.parse(robots.text)
    ours = robots.rules.allow(home)
    barred = [name for name in AI_AGENTS if ours and not for_others.can_fetch(home, name)]
    found = [Ban(BanKind.ROBOTS, url, ", ".join(barred))] if barred else []
    signals = [flat(match[1][:MAX_LINE_CHARACTERS]) for match in islice(_SIGNAL.finditer(robots.text), 20)]
    told = next((signal for signal in signals if re.search(r"ai-(?:train|input)\s*=\s*no", signal, re.I)), "")
    return [*found, Ban(BanKind.SIGNAL, url, told[:MAX_QUOTE_CHARACTERS])] if told else found
