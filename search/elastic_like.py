"""What is like a text, asked of Elasticsearch: by its telling words, and by meaning.

Owns: the two requests. The server keeps the work bounded: it skips what cannot be among the best.
"""

from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch

from search.elastic_query import stem_clause
from search.fields import without_surrogates
from search.fusion import DEPTH
from search.index import Like
from search.vectors import read_vector

MOST_WORDS = 40
_CANDIDATES = 400  # looked at in each shard


def sharing_words(client: Elasticsearch, alias: str, like: Like) -> list[str]:
    """Return the ids that share the words of `like` and are of its kind, best first."""
    words = list(dict.fromkeys(map(without_surrogates, like.words)))[:MOST_WORDS]
    if not words:
        return []
    query = {
        "bool": {
            "should": [stem_clause(word) for word in words],
            "minimum_should_match": 1,
            **_bounds(like),
        }
    }
    answer = client.search(
        index=alias,
        query=query,
        sort=[{"_score": "desc"}, {"id": "asc"}],
        size=DEPTH,
        source=False,
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    return [hit["_id"] for hit in answer["hits"]["hits"]]


def nearest(client: Elasticsearch, alias: str, like: Like) -> list[str]:
    """Return the ids of its kind that are nearest in meaning."""
    answer = client.search(
        index=alias,
        knn={
            "field": "vector",
            "query_vector": read_vector(like.vector, "the text").tolist(),
            "k": DEPTH,
            "num_candidates": _CANDIDATES,
            "filter": [{"bool": _bounds(like)}],
        },
        size=DEPTH,
        source=False,
        allow_partial_search_results=False,
    )
    return [hit["_id"] for hit in answer["hits"]["hits"]]


def _bounds(like: Like) -> Mapping[str, Any]:
    left_out = [{"terms": {"id": sorted(like.exclude)}}] if like.exclude else []
    return {"filter": [{"term": {"kind": like.kind.value}}], "must_not": left_out}
