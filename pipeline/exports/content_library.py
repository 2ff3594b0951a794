"""Meta Content Library's CSV downloads of posts.

Read in: Meta's data dictionary
(developers.facebook.com/docs/content-library-and-api/appendix/data-dictionary: id, text, creation_time,
modified_time, post_owner.*) and csds-preprocessor, src/types/index.ts and src/App.tsx, for the columns
of the downloads. `mcl_url` leads into the library, not to the post, so a post is known by its id there.
A `creation_time` without a zone is read as UTC.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.exports.fields import iso_time, needed, some_id, text
from pipeline.exports.post import Reading, Site, make_post

_COLUMNS = frozenset({"id", "text", "creation_time"})
_OWNER = frozenset({"post_owner.id", "post_owner.name", "post_owner.username"})


def knows(columns: frozenset[str]) -> bool:
    return columns >= _COLUMNS and bool(columns & _OWNER)


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the post of a row; raises ValueError naming a column."""
    owner = some_id(row, "post_owner.id") or text(row, "post_owner.username").strip()
    changed = iso_time(row, "modified_time")
    yield make_post(
        line,
        source=Site.META,
        id=needed(row, "id"),
        text=text(row, "text"),
        author=f"{owner}@{Site.META}" if owner else "",
        published_at=iso_time(row, "creation_time"),
        version=int(changed.timestamp()) if changed else 0,
    )
