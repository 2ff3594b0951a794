"""Dated real posts for the replay of alerts, from the development data (KENTONGAN_SHARED).

A fact-checker's own date of a narrative is the day on which its check came out, so it says nothing about
when the post was seen. What can be used is the day of uploading that the prose of a check names, as in
"pada Senin (27/4/2026) mengunggah": a real date of a real post, by the day, beside the day of the check.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

MOST_DAYS = timedelta(days=120)  # between upload and check: a date further back is of something else
_DAY = re.compile(r"\((\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{2,4})\)")
_UPLOADED = re.compile(r"unggah|membagikan|beredar|menyebar|memposting|mencuit|narasi", re.I)
_ACCOUNT = re.compile(r"[Aa]kun[^“\"]{0,40}[“\"]([^”\"]{1,80})[”\"]")
_HEAD = 600  # characters: a check begins with what it is about


@dataclass(frozen=True, slots=True)
class Post:
    """One post as the replay sees it. `checked_on` is None where nobody checked it."""

    text: str
    day: date
    voice: str
    group: str
    checked_on: date | None


def read_rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one file of the development data."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def checked_posts(data: Path) -> list[Post]:
    """Return the posts whose day of uploading a check names, with the day of the group's first check."""
    first: dict[str, date] = {}
    said: dict[tuple[str, str], str] = {}
    for name in ("claims", "posts", "factcheck_articles"):
        for row in read_rows(data, name):
            checker = row["platform"] == "factcheck" or row["source"] == "turnbackhoax.id"
            if not row.get("date") or not checker:
                continue
            day = date.fromisoformat(row["date"])
            first[row["group_id"]] = min(day, first.get(row["group_id"], day))
            if name == "posts":
                said.setdefault((row["group_id"], row["date"]), row["text"])
    found: dict[tuple[str, date], Post] = {}
    for row in read_rows(data, "factcheck_articles"):
        uploaded = _uploaded(row)
        if uploaded is not None:
            group, own = row["group_id"], date.fromisoformat(row["date"])
            text = said.get((group, row["date"])) or row["title"]
            checked = own if first[group] < uploaded else first[group]  # it came back after an earlier check
            found.setdefault((group, uploaded), Post(text, uploaded, _voice(row), group, checked))
    return sorted(found.values(), key=lambda post: (post.day, post.group))


def ordinary_posts(data: Path) -> list[Post]:
    """Return the dated posts that nobody checked: political posts of the weeks before elections."""
    found = [
        Post(row["text"], date.fromisoformat(row["date"]), row["id"], row["group_id"], None)
        for row in read_rows(data, "posts")
        if row.get("date") and row["source"] == "twitter"
    ]
    return sorted(found, key=lambda post: post.day)


def _uploaded(row: dict[str, Any]) -> date | None:
    head = row["text"][:_HEAD]
    said = _DAY.search(head)
    if not row.get("date") or said is None or not _UPLOADED.search(head[: said.end() + 80]):
        return None
    day, month, year = map(int, said.groups())
    try:
        uploaded = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
    return uploaded if timedelta() <= date.fromisoformat(row["date"]) - uploaded <= MOST_DAYS else None


def _voice(row: dict[str, Any]) -> str:
    """Return a number for the account that the prose names, else for the check itself; never a name."""
    account = _ACCOUNT.search(row["text"][:_HEAD])
    told = account[1].casefold() if account else row["id"]
    return blake2b(told.encode(), digest_size=6).hexdigest()
