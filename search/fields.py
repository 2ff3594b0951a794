"""The fields one may name in a query, and how their values compare.

Owns: Indonesian aliases of fields and values, and the folded form in which values are
compared. Leaves the syntax to `query` and the storing to the engines. There is no field
for who wrote something: nobody is searchable (R5).
"""

import re
from collections.abc import Iterator
from typing import Final

from search.index import FIELDS, Document

ALIASES: Final = {
    "kategori": "label",
    "sikap": "stance",
    "status": "state",
    "keadaan": "state",
    "sumber": "source",
    "media": "source",
    "jenis": "platform",
    "tempat": "place",
    "wilayah": "place",
    "lokasi": "place",
    "kecamatan": "place",
    "kelurahan": "place",
    "klaim": "claim",
    "tahapan": "stage",
    "tahap": "stage",
    **{name: name for name in FIELDS},
}

DATES: Final = {
    "sejak": "since",
    "dari": "since",
    "since": "since",
    "sampai": "until",
    "hingga": "until",
    "until": "until",
    "tanggal": "date",
    "date": "date",
}
"""Fields of days, which hold for the whole query."""

VALUES: Final = {
    "label": {
        "hoaks": "hoax",
        "kampanye hitam": "black campaign",
        "politik identitas": "identity politics",
    },
    "stance": {"menyatakan": "asserts", "memuat": "asserts", "memberitakan": "reports"},
    "state": {
        "baru": "new",
        "pantau": "watching",
        "dipantau": "watching",
        "verifikasi": "needs verification",
        "perlu verifikasi": "needs verification",
        "eskalasi": "escalated",
        "bukan masalah": "dismissed",
        "catat": "noted",
        "dicatat": "noted",
    },
    "platform": {"berita": "news", "unggahan": "post", "cek fakta": "factcheck", "laporan": "report"},
}

MAX_URL = 512  # characters compared; Elasticsearch refuses keywords of 32 kB
_JOINTS = re.compile(r"[\s_-]+")


def fold(value: str) -> str:
    """Return the form in which values compare: "Bukit-Intan" is "bukit intan"."""
    return _JOINTS.sub(" ", without_surrogates(value).casefold()).strip()


def without_surrogates(text: str) -> str:
    """Return the text as UTF-8 can hold it: a lone surrogate is no character."""
    return text.encode("utf-8", "ignore").decode()


def read_value(name: str, typed: str) -> str:
    """Return the folded value that someone meant by `typed`, aliases resolved."""
    value = fold(typed)
    return VALUES.get(name, {}).get(value, value)


def field_values(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (field, value as stored) for every value the document has; none is empty."""
    single = {
        "stance": document.stance,
        "state": document.state,
        "source": document.source,
        "platform": document.platform,
        "claim": document.claim_id,
    }
    yield from (("label", label) for label in document.labels if label)
    yield from (("place", place) for place in document.place if place)
    yield from (("stage", stage) for stage in document.stage if stage)
    yield from ((name, value) for name, value in single.items() if value)


def field_tags(document: Document) -> list[str]:
    """Return the tags that field filters look for, one per value, and those of kind and address."""
    tags = [tag(name, fold(value)) for name, value in field_values(document)]
    tags.append(tag("kind", document.kind))
    if document.url:
        tags.append(tag("url", fold_url(document.url)))
    return tags


def tag(name: str, folded: str) -> str:
    """Return the tag of a folded value."""
    return f"{name}:{folded}"


def fold_url(url: str) -> str:
    """Return the form in which addresses compare: without scheme, "www." and last slash."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url.strip().casefold()).rstrip("/")[:MAX_URL]
