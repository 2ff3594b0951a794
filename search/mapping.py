"""What the Elasticsearch index looks like, and a document in its form.

Owns: the strict mapping and its version. The text fields hold terms that `analysis` made,
separated by spaces, so Elasticsearch only splits them: both engines hold the same terms by
construction (docs/decisions/0003-search.md). Needs Elasticsearch 8.12 or newer (int8_hnsw).
"""

from typing import Any

from search.analysis import exact_terms, fingerprint, stem_terms
from search.fields import field_tags
from search.index import DIMENSIONS, Document, Hit, Kind
from search.plan import microseconds, moment
from search.vectors import read_vector

SCHEMA = 1
SOURCE_FOR_HITS = (
    *("id", "kind", "title", "text", "url", "published"),
    *("label", "stance", "state", "source", "platform", "claim"),
)

_KEYWORD = {"type": "keyword"}
_TERMS = {"type": "text", "analyzer": "whitespace"}
_KEPT = {"type": "text", "index": False}  # for showing


def mapping(meta: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping; `meta` is kept in it beside the version."""
    return {
        "dynamic": "strict",
        "_meta": {"schema": SCHEMA, "analysis": fingerprint(), **meta},
        "properties": {
            "id": _KEYWORD,
            "kind": _KEYWORD,
            "title": _KEPT,
            "text": _KEPT,
            "url": {"type": "keyword", "index": False, "doc_values": False},
            "title_exact": _TERMS,
            "text_exact": _TERMS,
            "title_stem": _TERMS,
            "text_stem": _TERMS,
            "tags": _KEYWORD,
            "label": _KEYWORD,
            "stance": _KEYWORD,
            "state": _KEYWORD,
            "source": _KEYWORD,
            "platform": _KEYWORD,
            "place": _KEYWORD,
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
        },
    }


def is_current(meta: dict[str, Any]) -> bool:
    """Return whether an index with this `_meta` was made by this version of the code."""
    return meta.get("schema") == SCHEMA and meta.get("analysis") == fingerprint()


def to_source(document: Document) -> dict[str, Any]:
    """Return the document as Elasticsearch keeps it. Raises SearchError for a malformed vector."""
    title, text = exact_terms(document.title), exact_terms(document.text)
    source: dict[str, Any] = {
        "id": document.id,
        "kind": document.kind.value,
        "title": document.title,
        "text": document.text,
        "url": document.url,
        "title_exact": " ".join(title),
        "text_exact": " ".join(text),
        "title_stem": " ".join(stem_terms(title)),
        "text_stem": " ".join(stem_terms(text)),
        "tags": field_tags(document),
        "label": list(document.labels),
        "stance": document.stance,
        "state": document.state,
        "source": document.source,
        "platform": document.platform,
        "place": list(document.place),
        "claim": document.claim_id,
        "published": microseconds(document.published_at),
        "published_at": document.published_at.isoformat(),
        "priority": document.priority,
    }
    if document.vector:
        source["vector"] = read_vector(document.vector, f"document {document.id}").tolist()
    return source


def to_hit(source: dict[str, Any], score: float, snippet: tuple[tuple[str, bool], ...]) -> Hit:
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
    )
