"""The texts of the invented city, as content/*.yaml holds them, and what is expected of each.

Owns: reading and checking the records. Leaves their dates to `dates`, their looks to `outlets`,
`channel` and `checker`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

import yaml

from kentongan.domain import Label
from kentongan.errors import BadInput

FILES = ("warta", "suara", "pesisir", "kanal", "cek")
_TEXTS = ("title", "author", "rubric", "trap", "group", "claim", "register", "claim_reviewed", "verdict")
_FIELDS = frozenset({"id", "kind", "labels", "hours_ago", "revised_hours_ago", "views", "body", *_TEXTS})


class DemoContentError(BadInput):
    """A record of the demo's content is not as promised; the message names file and record."""

    def __init__(self, name: str, record: str, problem: str) -> None:
        super().__init__(f"demo content {name}.yaml, {record}: {problem}")


class PageKind(StrEnum):
    """What a page is. `TRAP` pages speak of hoaxes, candidates or faith without offending."""

    HOAX = "hoax"
    BLACK_CAMPAIGN = "black_campaign"
    IDENTITY_POLITICS = "identity_politics"
    ORDINARY = "ordinary"
    TRAP = "trap"
    FACT_CHECK = "fact_check"


@dataclass(frozen=True, slots=True)
class Page:
    """One text of the city. Tokens such as `{tanggal}` in it still wait for a date."""

    id: str
    site: str  # the name of its file
    kind: PageKind
    paragraphs: tuple[str, ...]
    hours_ago: float  # when it was published, before the demo's start
    title: str = ""  # empty for posts
    author: str = ""
    rubric: str = ""
    revised_hours_ago: float | None = None
    labels: frozenset[Label] = frozenset()  # expected; empty unless the page itself offends
    trap: str = ""  # which kind of trap, for `TRAP` pages
    group: str = ""  # pages of one group are copies of one text
    claim: str = ""  # the same for posts and checks about the same thing
    register: str = ""  # of speech, when not plain Indonesian
    views: int = 0  # of a post
    claim_reviewed: str = ""  # of a check
    verdict: str = ""  # of a check, in its own words


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    text: str


def read_pages() -> tuple[Page, ...]:
    """Return every page of the city, file by file; raises DemoContentError."""
    return tuple(page for name in FILES for page in _read_file(name))


def read_comments() -> tuple[Comment, ...]:
    """Return what stands in the comment boxes of the third outlet: spam, mostly."""
    return tuple(Comment(str(c["author"]), str(c["text"])) for c in _load("komentar"))


def _load(name: str) -> list[dict[str, object]]:
    text = (files("cli.demo") / "content" / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: list[dict[str, object]] = yaml.safe_load(text)
    return loaded


def _read_file(name: str) -> list[Page]:
    return [_page(record, name) for record in _load(name)]


def _page(record: Mapping[str, object], name: str) -> Page:
    key = str(record.get("id"))
    if unknown := set(record) - _FIELDS:
        raise DemoContentError(name, key, f"no such field: {', '.join(sorted(unknown))}")
    try:
        return Page(
            id=str(record["id"]),
            site=name,
            kind=PageKind(str(record["kind"])),
            paragraphs=tuple(p.strip() for p in str(record["body"]).splitlines() if p.strip()),
            hours_ago=_number(record["hours_ago"]),
            revised_hours_ago=_number(record["revised_hours_ago"]) if "revised_hours_ago" in record else None,
            labels=frozenset(Label(label) for label in _texts(record.get("labels", []))),
            views=int(_number(record.get("views", 0))),
            **{field: str(record.get(field, "")) for field in _TEXTS},
        )
    except (KeyError, ValueError) as exc:
        raise DemoContentError(name, key, f"bad or missing field: {exc}") from exc


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list")
    return [str(v) for v in value]
