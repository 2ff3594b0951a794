"""Invented pages of invented outlets, each with what a reader would say stands on it.

A file of `tests/pages` is a head of YAML between `---` lines, the gold, and the page. What lies
between ⟦ and ⟧ in the page is the article; the marks are taken off before anyone reads it. Head
and page are Jinja templates: `before(hours=2)` is a moment before the reading, and `day`, `hari`
and `bulan` write it, so that "2 jam yang lalu" has a right answer. The furniture of
`parts.html` stands around the articles. All people and places are invented.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "pages"
PARTS = "parts.html"
HARI = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
BULAN = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
)  # fmt: skip
_ARTICLE = re.compile("⟦(.*?)⟧", re.S)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>", re.S)


@dataclass(frozen=True, slots=True)
class InventedPage:
    """A page as a server would send it, and its gold."""

    name: str
    url: str
    html: bytes
    time_zone: str
    title: str
    day: date | None  # of publication, in `time_zone`; None where the page does not tell
    body: str
    author: str
    section: str
    held_out: bool  # written after the reading was mended by the others; see `benchmarks.extract`


def read_invented_pages(now: datetime) -> list[InventedPage]:
    """Return all pages, by name, as they stand at the moment `now`."""
    names = sorted(path.name for path in FOLDER.glob("*.html") if path.name != PARTS)
    return [_read(name, now) for name in names]


def _read(name: str, now: datetime) -> InventedPage:
    files = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined)
    source = (FOLDER / name).read_text(encoding="utf-8")
    zone = ZoneInfo(re.search(r"^zone: *(\S+)", source, re.M).group(1))  # type: ignore[union-attr]

    def before(hours: float = 0, days: float = 0) -> datetime:
        return (now - timedelta(hours=hours, days=days)).astimezone(zone)

    text = files.from_string('{% import "parts.html" as parts %}' + source).render(
        before=before,
        day=lambda moment: moment.date().isoformat(),
        hari=lambda moment: HARI[moment.weekday()],
        bulan=lambda moment: BULAN[moment.month - 1],
    )
    _, head, page = text.split("---\n", 2)
    said = yaml.safe_load(head)
    return InventedPage(
        name=name.removesuffix(".html"),
        url=said["url"],
        html=re.sub("[⟦⟧]", "", page).encode(said.get("encoding", "utf-8")),
        time_zone=said["zone"],
        title=said["title"],
        day=said["date"],
        body="\n".join(html.unescape(_MARKUP.sub(" ", piece)) for piece in _ARTICLE.findall(page)),
        author=said.get("author", ""),
        section=said.get("section", ""),
        held_out=said.get("held_out", False),
    )


def word_f(found: str, expected: str) -> float:
    """Return the F1 of the words of two texts, each word as often as it stands there, 0 to 1."""
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def day_in(moment: datetime | None, time_zone: str) -> date | None:
    """Return the day of a moment in a zone; a moment without a zone is taken as written there."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(time_zone)).date() if moment.tzinfo else moment.date()


NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # noon in Jakarta: what tests read the pages at
