"""One article again of the parts that it was cut into.

Leaves finding the parts to `paging` and reading each to `extract`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from crawler.extract import Extracted
from crawler.part_address import first_address
from crawler.prose import same_form

MIN_REPEATED_WORDS = 4  # "Tidak," katanya. may be said twice
MIN_REPEATED_LEAD, MAX_LEAD_LINES = 40, 5  # characters; of the first part
_AFTER_TITLE = re.compile(
    r"(?:halaman|hal|page|bagian|part)?\s*(?:\d{1,2}|all|semua)(?:\s*(?:dari|of)?\s*\d{1,2})?"
)
_WORDS = (
    "selanjutnya|berikutnya|sebelumnya|next|prev|previous|halaman|semua|tampilkan|lihat|baca|show|all|pages?"
)
_PAGER_LINE = re.compile(
    rf"\W*(?:(?:{_WORDS})\b\W*|\d{{1,2}}\b\W*){{2,}}|\W*(?:selanjutnya|berikutnya|sebelumnya)\W*", re.I
)


def join_parts(parts: Sequence[Extracted]) -> Extracted:
    """Return one article from its parts in order, or from its first part and its whole.

    It is the first part's, at the first part's address; later parts add the paragraphs that are not
    yet there. What a later part asks of search engines (`noindex` for page 2) is not asked of the
    first. `parts` has at least one.
    """
    first = parts[0]
    text = _lines(first)
    lead = [same_form(line) for line in text[:MAX_LEAD_LINES]]
    read = {same_form(line) for line in text}
    for part in parts[1:]:
        new = [
            line
            for line in _lines(part)
            if not (_is_title(line, first.title) or _is_repeated(line, read, lead))
        ]
        text += new
        read.update(same_form(line) for line in new)
    return replace(
        first,
        url=first_address(first.url) or first.url,
        text="\n".join(text),
        author=next((part.author for part in parts if part.author), ""),
        published_at=next((part.published_at for part in parts if part.published_at), None),
    )


def _lines(part: Extracted) -> list[str]:
    return [line for line in part.text.splitlines() if not _PAGER_LINE.fullmatch(line)]


def _is_title(line: str, title: str) -> bool:
    """Whether a line is the title, or the title with the number of the part."""
    form, wanted = same_form(line), same_form(title)
    tail = form.removeprefix(wanted).strip()
    return bool(wanted) and form.startswith(wanted) and (not tail or bool(_AFTER_TITLE.fullmatch(tail)))


def _is_repeated(line: str, read: Collection[str], lead: Sequence[str]) -> bool:
    """Whether an earlier part has a paragraph already, or this is the beginning of the lead."""
    form = same_form(line)
    if form in read:
        return len(form.split()) >= MIN_REPEATED_WORDS
    return len(form) >= MIN_REPEATED_LEAD and any(told.startswith(form) for told in lead)
