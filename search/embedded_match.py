"""A query tree in the language of the embedded index.

Owns: the translation. Only typed terms are made, never a query string, so nothing typed is ever
parsed. What does not rank (fields, days, exclusions) scores nothing. Leaves reading what was typed
to `query`.
"""

import re
from collections.abc import Iterable, Sequence

from tantivy import FieldType, Occur, Query, Schema, SearchResult

from search.fields import tag
from search.index import Kind
from search.plan import Plan, microseconds
from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word

Clause = tuple[Occur, Query]


def matched(schema: Schema, plan: Plan, node: Node) -> list[Clause]:
    """Return the clauses of the node, of the plan's days and of the ids left out."""
    clauses = _conjunction(schema, (node,))
    if plan.query.since is not None or plan.query.until is not None:
        since, until = (day and microseconds(day) for day in (plan.query.since, plan.query.until))
        days = Query.range_query(
            schema, "published", FieldType.Integer, since, until, include_upper=until is None
        )
        clauses.append((Occur.Must, silent(days)))
    if plan.query.exclude:
        clauses.append((Occur.MustNot, any_of(schema, "id", sorted(plan.query.exclude))))
    return clauses


def every(clauses: Sequence[Clause]) -> Query:
    """Return the query of what meets all clauses; none of them is everything."""
    if any(occur is not Occur.MustNot for occur, _ in clauses):
        return Query.boolean_query(list(clauses))
    return Query.boolean_query([(Occur.Must, silent(Query.all_query())), *clauses])


def either(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def silent(query: Query) -> Query:
    """Return the query with no part in the score."""
    return Query.const_score_query(query, 0.0)


def term(schema: Schema, field: str, value: str) -> Query:
    return Query.term_query(schema, field, value, index_option="freq" if field in _RANKED else "basic")


def any_of(schema: Schema, field: str, values: Sequence[str] | Sequence[int]) -> Query:
    """Return the query of what has one of the values, with no part in the score."""
    return silent(Query.term_set_query(schema, field, values))


def how_many(found: SearchResult) -> int:
    """Return how many match, beyond those given too."""
    count: int = found.count  # type: ignore[attr-defined]  # missing in the stubs of 0.27
    return count


def to_query(schema: Schema, node: Node) -> Query:
    """Return the query of the tree."""
    match node:
        case Word(_, stem, exact):
            return either([term(schema, "stem", stem), _said(schema, exact)])
        case Phrase(exact):
            return _said(schema, exact)
        case Prefix(exact):
            return Query.regex_query(schema, "exact", re.escape(exact) + ".*")
        case Field("kind", Kind.ITEM.value):  # nearly all are, so the others are left out
            return to_query(schema, Not(Field("kind", Kind.FACT_CHECK.value)))
        case Field(name, value):
            return silent(term(schema, "tag", tag(name, value)))
        case Never():
            return Query.empty_query()
        case Not(part):
            return every([(Occur.MustNot, to_query(schema, part))])
        case And(parts):
            return every(_conjunction(schema, parts))
        case Or(parts):
            return either(to_query(schema, part) for part in parts)


_RANKED = ("exact", "stem")


def _conjunction(schema: Schema, parts: Sequence[Node]) -> list[Clause]:
    clauses: list[Clause] = []
    for part in parts:
        match part:
            case And(inner):
                clauses.extend(_conjunction(schema, inner))
            case Not(unwanted):
                clauses.append((Occur.MustNot, to_query(schema, unwanted)))
            case Field("kind", Kind.ITEM.value):
                clauses.extend(_conjunction(schema, (Not(Field("kind", Kind.FACT_CHECK.value)),)))
            case _:
                clauses.append((Occur.Must, to_query(schema, part)))
    return clauses


def _said(schema: Schema, exact: Sequence[str]) -> Query:
    """Return the query of these terms one after the other."""
    if len(exact) == 1:
        return term(schema, "exact", exact[0])
    return Query.phrase_query(schema, "exact", list(exact))
