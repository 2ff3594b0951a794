"""What the Elasticsearch index looks like, and a document in its form.

Owns: the strict mapping, the index template and their version. The text fields hold terms that
`analysis` made, separated by spaces, so Elasticsearch only splits them: both engines hold the same
terms by construction (docs/decisions/0003-search.md). Needs Elasticsearch 8.12 or newer (int8_hnsw).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from search.analysis import fingerprint, terms_of
from search.fields import field_tags, without_surrogates
from search.index import DIMENSIONS, Document, Hit, Kind
from search.plan import microseconds, moment
from search.snippet import Pieces
from search.vectors import read_vector

SCHEMA = 2
BETWEEN = "¦"  # no term is so: phrases never reach over it
TITLE_COUNTS = 3  # a word in the title as often as this in the text
SOURCE_FOR_HITS = (
    *("id", "kind", "title", "url", "published"),
    *("label", "stance", "state", "source", "platform", "claim"),
)
TEMPLATE_PRIORITY = 500  # above 100 and 200, those of the templates that come with the server

_KEYWORD = {"type": "keyword"}
_KEPT = {"type": "text", "index": False}  # for showing
_PROPERTIES: dict[str, Any] = {
    "id": _KEYWORD,
    "kind": _KEYWORD,
    "title": _KEPT,
    "text": _KEPT,
    "url": {"type": "keyword", "index": False, "doc_values": False},
    "exact": {"type": "text", "analyzer": "whitespace"},
    "stem": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
    "tags": _KEYWORD,
    "label": _KEYWORD,
    "stance": _KEYWORD,
    "state": _KEYWORD,
    "source": _KEYWORD,
    "platform": _KEYWORD,
    "place": _KEYWORD,
    "stage": _KEYWORD,
    "claim": _KEYWORD,
    "published": {"type": "long"},  # microseconds since 1970: a date keeps milliseconds only
    "published_at": {"type": "date"},  # the same for people and histograms
    "priority": {"type": "double"},
    "vector": {
        "type": "dense_vector",
        "dims": DIMENSIONS,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "int8_hnsw"},
    },
}


def version() -> dict[str, Any]:
    """Return what an index of this version of the code bears in its `_meta`."""
    return {"schema": SCHEMA, "analysis": fingerprint()}


def mapping(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping; `meta` is kept in it beside the version.

    The source keeps no terms and no vector: they are made from the record, never read back.
    """
    return {
        "dynamic": "strict",
        "_meta": {**version(), **meta},
        "_source": {"excludes": ["exact", "stem", "tags", "vector"]},
        "properties": _PROPERTIES,
    }


def settings(replicas: int | None) -> dict[str, Any]:
    """Return the settings of an index; without a number, one replica as soon as there is room for it.

    One shard: scores then count a word's frequency over the whole archive, as the embedded engine
    does, and a million items are some ten gigabytes, what one shard holds well.
    """
    return {"index.number_of_shards": 1, **changeable_settings(replicas)}


def changeable_settings(replicas: int | None) -> dict[str, Any]:
    """Return those of the settings that an index can be given later."""
    copies = {"index.auto_expand_replicas": "0-1"}
    if replicas is not None:
        copies = {"index.auto_expand_replicas": "false", "index.number_of_replicas": str(replicas)}
    return {"index.refresh_interval": "1s", **copies}  # named, so that what nobody searches is refreshed too


def template(alias: str, replicas: int | None) -> dict[str, Any]:
    """Return the composable index template of the indexes behind `alias`.

    Whatever makes an index of such a name (a restore, a hand) gets this mapping, not a guessed one.
    """
    return {
        "index_patterns": [f"{alias}-20*"],  # which begins the stamp in each name, until 2100
        "priority": TEMPLATE_PRIORITY,
        "version": SCHEMA,
        "meta": {**version(), "made_by": "kentongan"},
        "template": {"settings": settings(replicas), "mappings": mapping({})},
    }


def is_current(meta: Mapping[str, Any]) -> bool:
    """Return whether an index with this `_meta` was made by this version of the code."""
    return all(meta.get(name) == value for name, value in version().items())


def to_source(document: Document) -> dict[str, Any]:
    """Return the document as Elasticsearch takes it. Raises SearchError for a malformed vector."""
    title, text = terms_of(document.title), terms_of(document.text)
    source: dict[str, Any] = {
        "id": document.id,
        "kind": document.kind.value,
        "title": without_surrogates(document.title),
        "text": without_surrogates(document.text),
        "url": without_surrogates(document.url),
        "exact": _weighted(title[0], text[0]),
        "stem": _weighted(title[1], text[1]),
        "tags": field_tags(document),
        "label": list(document.labels),
        "stance": document.stance,
        "state": document.state,
        "source": without_surrogates(document.source),
        "platform": document.platform,
        "place": list(document.place),
        "stage": list(document.stage),
        "claim": document.claim_id,
        "published": microseconds(document.published_at),
        "published_at": document.published_at.isoformat(),
        "priority": document.priority,
    }
    if document.vector:
        source["vector"] = read_vector(document.vector, f"document {document.id}").tolist()
    return source


def _weighted(title: Sequence[str], text: Sequence[str]) -> str:
    return " ".join([*([*title, BETWEEN] * TITLE_COUNTS if title else ()), *text])


def to_hit(source: Mapping[str, Any], score: float, snippet: Pieces, title_pieces: Pieces) -> Hit:
    """Return the hit of what Elasticsearch kept."""
    return Hit(
        id=source["id"],
        kind=Kind(source["kind"]),
        score=score,
        title=source["title"],
        url=source["url"],
        source=source["source"],
        platform=source["platform"],
        published_at=moment(source["published"]),
        labels=tuple(source["label"]),
        stance=source["stance"],
        state=source["state"],
        claim_id=source["claim"],
        snippet=snippet,
        title_pieces=title_pieces,
    )
