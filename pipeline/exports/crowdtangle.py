"""CrowdTangle's CSV of posts: Facebook Pages, groups and verified profiles, and Instagram accounts.

Read in: 4CAT, datasources/upload/import_formats.py (columns and `import_crowdtangle_*`). The tool is
gone; files remain. `Post Created` ends with the zone its user chose; one that we do not know is
refused, not guessed, and a time without any is in UTC. What a picture says (`Image Text`) is the text
where the message is empty.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from pipeline.exports.addresses import facebook_post, post_address
from pipeline.exports.fields import needed, text
from pipeline.exports.post import Reading, Site, make_post
from pipeline.exports.zeeschuimer import instagram_author

_FACEBOOK = frozenset({"URL", "Post Created", "Message"})
_INSTAGRAM = frozenset({"URL", "Post Created", "Account", "Description"})
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: (?:([A-Z]{2,5})|([+-]\d\d):?(\d\d)?))?")
_HOURS = {  # the names a US tool gives its zones, and Indonesia's
    "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "WIB": 7, "WITA": 8, "WIT": 9,
}  # fmt: skip


def knows(columns: frozenset[str]) -> bool:
    return columns >= _FACEBOOK or columns >= _INSTAGRAM


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the post of a row; raises ValueError naming a column."""
    told = needed(row, "URL")
    if "Message" in row:
        yield _facebook(line, row, told)
        return
    site, url = post_address(told)
    if site is not Site.INSTAGRAM or not url:
        raise ValueError(f"URL: {told[:60]!r} is no post of Instagram")
    yield make_post(
        line,
        source=site,
        url=url,
        id=url.rstrip("/").rsplit("/", 1)[-1],
        text=text(row, "Description") or text(row, "Image Text"),
        title=text(row, "Title"),
        author=instagram_author(text(row, "User Name").strip()),
        published_at=_created(row),
    )


def _facebook(line: int, row: Mapping[str, Any], told: str) -> Reading:
    url = facebook_post(told, named=True)  # the tool followed Pages, groups and public figures only
    if not url:
        raise ValueError(f"URL: {told[:60]!r} is no post of Facebook")
    account = text(row, "Facebook Id").strip() or text(row, "User Name").strip()
    return make_post(
        line,
        source=Site.FACEBOOK,
        url=url,
        text=text(row, "Message") or text(row, "Image Text"),
        author=f"{account}@facebook.com" if account else "",
        published_at=_created(row),
    )


def _created(row: Mapping[str, Any]) -> datetime:
    told = needed(row, "Post Created")
    parts = _WHEN.fullmatch(told)
    if parts is None:
        raise ValueError(f"Post Created: {told[:40]!r} is no time")
    when, name, hours, minutes = parts.groups()
    if name and name not in _HOURS:
        raise ValueError(f"Post Created: unknown time zone {name!r}")
    offset = timedelta(hours=_HOURS[name]) if name else timedelta()
    if hours:
        offset = timedelta(hours=int(hours), minutes=int(hours[0] + (minutes or "0")))
    try:
        moment = datetime.fromisoformat(when)
        return moment.replace(tzinfo=timezone(offset)) if offset else moment.replace(tzinfo=UTC)
    except ValueError as exc:
        raise ValueError(f"Post Created: {told[:40]!r} is no time") from exc
