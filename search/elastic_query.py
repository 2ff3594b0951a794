"""A query tree in the query language of Elasticsearch.

Owns: the translation. Only typed leaves are sent, never a query string, so nothing typed
is ever parsed by the server.
"""

from collections.abc import Sequence
from typing import Any

from search.index import Sort
from search.plan import Plan, microseconds
from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word

Clause = dict[str, Any]

ORDERS: dict[Sort, list[dict[str, str]]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, {"id": "asc"}],
    Sort.NEWEST: [{"published": "desc"}, {"id": "desc"}],
    Sort.OLDEST: [{"published": "asc"}, {"id": "asc"}],
    Sort.PRIORITY: [{"priority": "desc"}, {"published": "desc"}, {"id": "desc"}],
}


def clause(node: Node) -> Clause:
    """Return the clause of the tree. A word scores by its stem, and besides by how it was typed."""
    match node:
        case Word(_, stem, exact):
            return _any([stem_clause(stem), _exact(exact)])
        case Phrase(exact):
            return _exact(exact)
        case Prefix(exact):
            return {"constant_score": {"filter": {"prefix": {"exact": {"value": exact}}}}}
        case Field(name, value):
            return {"bool": {"filter": [{"term": {"tags": f"{name}:{value}"}}]}}
        case Never():
            return {"match_none": {}}
        case Not(part):
            return {"bool": {"must_not": [clause(part)]}}
        case And(parts):
            return _all(parts)
        case Or(parts):
            return _any([clause(part) for part in parts])


def whole(plan: Plan, node: Node, exclude: Sequence[str] = ()) -> Clause:
    """Return the clause of the node, of the plan's dates and of what is left out."""
    must_not = [{"terms": {"id": sorted({*plan.query.exclude, *exclude})}}]
    between: dict[str, int] = {}
    if plan.query.since is not None:
        between["gte"] = microseconds(plan.query.since)
    if plan.query.until is not None:
        between["lt"] = microseconds(plan.query.until)
    return {
        "bool": {
            "must": [clause(node)],
            "filter": [{"range": {"published": between}}] if between else [],
            "must_not": must_not if plan.query.exclude or exclude else [],
        }
    }


def stem_clause(stem: str) -> Clause:
    """Return the clause of texts that have a word with this stem."""
    return {"term": {"stem": {"value": stem}}}


def _all(parts: Sequence[Node]) -> Clause:
    if not parts:
        return {"match_all": {}}
    must = [clause(part) for part in parts if not isinstance(part, Not)]
    must_not = [clause(part.part) for part in parts if isinstance(part, Not)]
    return {"bool": {"must": must, "must_not": must_not}}


def _any(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _exact(exact: tuple[str, ...]) -> Clause:
    if len(exact) == 1:
        return {"term": {"exact": {"value": exact[0]}}}
    return {"match_phrase": {"exact": {"query": " ".join(exact)}}}
