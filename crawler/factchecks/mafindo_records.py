"""Mafindo's record of a check, as the Yudistira API gives it and cekfakta.com passes it on.

Fields: id, title, status (a word, or 1 true and 2 fake), classification, content (what was
spread), fact, conclusion, tanggal. Source: DOMAIN 4.4 and one record as the API gave it.
"""

import re

from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.factchecks.reading import Outlet
from crawler.factchecks.records import optional_field, prose_field, text_field
from crawler.factchecks.titled import titled_check
from kentongan.domain import NewFactCheck, Verdict

_TRUE, _FAKE = "1", "2"
_CLAIM = re.compile(r"\bKlaim\s*:\s*([^\n]{3,2000}?)\s*(?:\bRating\s*:|\n|$)", re.I)
_RATING = re.compile(r"\bRating\s*:\s*([^\n.]{2,60})", re.I)


def record_check(record: dict[str, object], where: str, outlet: Outlet, address: str) -> NewFactCheck:
    """Return the check of one record; `address` is its page's, "{id}" standing for the record's.

    The verdict is the title's, else `status` in a word, a "Rating:" in `fact`, `classification`.
    Raises ShapeDrift naming record and field, UnknownVerdict, and CrawlError where the number
    in `status` contradicts the word.
    """
    key = text_field(record, "id", where)
    if not re.fullmatch(r"[\w-]{1,60}", key):
        raise CrawlError(f"{where}: field 'id': {key[:40]!r} is no id")
    title = text_field(record, "title", where)
    status, classification = (optional_field(record, name, where) for name in ("status", "classification"))
    fact, day = prose_field(record, "fact", where), optional_field(record, "tanggal", where)
    claim, rating = _CLAIM.search(fact), _RATING.search(fact)
    check = titled_check(
        title,
        address.format(id=key),
        outlet,
        words=("" if status.isdecimal() else status, rating.group(1) if rating else "", classification),
        claims=(claim.group(1),) if claim else (),
        narration=(prose_field(record, "content", where),),
        published_at=parse_date(day, outlet.zone) if day else None,
    )
    says_true = check.verdict in (Verdict.TRUE, Verdict.CLARIFICATION)
    if (status == _TRUE and not says_true) or (status == _FAKE and check.verdict is Verdict.TRUE):
        raise CrawlError(f"{where}: field 'status': {status} contradicts {check.verdict_text!r}")
    return check
