"""One plan answered from one connection: rankings, counts, facets and hits.

Owns: the SQL of reading. Leaves files and errors to `embedded_files`, the FTS5 language
to `embedded_match`, paging over both rankings to `fusion`.
"""

# ruff: noqa: S608 - the pieces of SQL put together are all literals of this module

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from search.cursor import Key
from search.embedded_match import condition, flat, match_expression, only_fields, only_kind
from search.embedded_write import SEPARATOR
from search.fusion import Row
from search.index import FACETS, Hit, Kind, Sort
from search.plan import Plan, microseconds, moment, most_first
from search.snippet import snippet
from search.tree import And, Node
from search.vectors import VectorCache

# title_exact, text_exact, title_stem, text_stem, tags: a word in the title counts three times
WEIGHTS = "3.0, 1.0, 3.0, 1.0, 0.0"

_ORDERS = {
    Sort.RELEVANCE: ("rank", "rank, id", "rank > ?1 OR (rank = ?1 AND id > ?2)"),
    Sort.NEWEST: ("published", "published DESC, id", "published < ?1 OR (published = ?1 AND id > ?2)"),
    Sort.OLDEST: ("published", "published, id", "published > ?1 OR (published = ?1 AND id > ?2)"),
    Sort.PRIORITY: (
        "priority, published",
        "priority DESC, published DESC, id",
        "priority < ?1 OR (priority = ?1 AND (published < ?2 OR (published = ?2 AND id > ?3)))",
    ),
}


class EmbeddedRankings:
    """The `Rankings` of one plan; made and used within one read transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path, vectors: VectorCache, plan: Plan) -> None:
        self._connection = connection
        self._path = path
        self._vectors = vectors
        self._plan = plan
        self._total: int | None = None

    def ranked(self, limit: int, after: Key, exclude: Sequence[str]) -> list[Row]:
        columns, order, beyond = _ORDERS[self._plan.sort]
        source, values = self._matched(self._plan.node, exclude)
        ranked = self._plan.sort is Sort.RELEVANCE
        score = f"bm25(terms, {WEIGHTS})" if ranked else "0.0"
        where = ""
        if after:
            names = [f":after{n}" for n in range(len(after))]
            for position, name in enumerate(names, start=1):
                beyond = beyond.replace(f"?{position}", name)
            values |= {f"after{n}": value for n, value in enumerate(after)}
            where = f"WHERE {beyond}"
        # Materialised: bm25() works only where FTS5 itself is scanned.
        hint = "MATERIALIZED" if ranked else "NOT MATERIALIZED"
        number = "(SELECT count(*) FROM found)" if ranked else "NULL"
        rows = self._connection.execute(
            f"WITH found AS {hint} (SELECT d.id, d.published, d.priority, {score} AS rank {source})"
            f" SELECT {number}, id, rank, {columns} FROM found {where} ORDER BY {order} LIMIT :limit",
            values | {"limit": limit},
        ).fetchall()
        if ranked and rows and not exclude:
            self._total = rows[0][0]
        return [Row(id_, -score, (*key, id_)) for _, id_, score, *key in rows]

    def nearest(self, limit: int) -> list[str]:
        plan = self._plan
        kind = only_kind(plan.binding)
        allowed: set[int] | None = None
        if kind is None or plan.query.since or plan.query.until or plan.query.exclude:
            source, values = self._matched(plan.binding, ())
            allowed = {doc for (doc,) in self._connection.execute(f"SELECT d.doc {source}", values)}
        docs = self._vectors.nearest(
            self._connection, self._path, plan.query.vector, limit, kind or "", allowed
        )
        named = "SELECT doc, id FROM document WHERE doc IN (SELECT value FROM json_each(?))"
        ids = dict(self._connection.execute(named, (json.dumps(docs),)))
        return [ids[doc] for doc in docs if doc in ids]  # another thread may have seen newer rows

    def total(self) -> int:
        if self._total is None:
            source, values = self._matched(self._plan.node, ())
            (self._total,) = self._connection.execute(f"SELECT count(*) {source}", values).fetchone()
        return self._total

    def matching(self, ids: Sequence[str]) -> set[str]:
        source, values = self._matched(self._plan.node, ())
        rows = self._connection.execute(
            f"SELECT d.id {source} AND d.id IN (SELECT value FROM json_each(:ids))",
            values | {"ids": json.dumps(list(ids))},
        )
        return {id_ for (id_,) in rows}

    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many matching rows have each value, most first; the total comes of the same pass."""
        source, values = self._matched(self._plan.node, ())
        counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        self._total = 0
        for *columns, number in self._connection.execute(
            f"SELECT d.labels, d.stance, d.state, d.source, d.platform, d.place, count(*) {source}"
            " GROUP BY 1, 2, 3, 4, 5, 6",
            values,
        ):
            self._total += number
            for name, column in zip(FACETS, columns, strict=True):
                for value in set(column.split(SEPARATOR)) - {""}:
                    counts[name][value] = counts[name].get(value, 0) + number
        return {name: most_first(found) for name, found in counts.items()}

    def hits(self, rows: Sequence[Row]) -> tuple[Hit, ...]:
        found = {
            row[0]: row[1:]
            for row in self._connection.execute(
                "SELECT id, kind, title, url, source, platform, published, labels, stance, state, claim, text"
                " FROM document JOIN body USING (doc) WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps([row.id for row in rows]),),
            )
        }
        return tuple(self._hit(row, found[row.id]) for row in rows)

    def _hit(self, row: Row, columns: Sequence[Any]) -> Hit:
        kind, title, url, source, platform, published, labels, stance, state, claim, text = columns
        return Hit(
            id=row.id,
            kind=Kind(kind),
            score=row.score,
            title=title,
            url=url,
            source=source,
            platform=platform,
            published_at=moment(published),
            labels=tuple(labels.split(SEPARATOR)) if labels else (),
            stance=stance,
            state=state,
            claim_id=claim,
            snippet=snippet(text, self._plan.words),
        )

    def _matched(self, node: Node, exclude: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """Return `FROM ... WHERE ...` for the rows that the node and the plan's dates allow.

        CROSS JOIN keeps SQLite from going through the documents and asking FTS5 for each.
        """
        query = self._plan.query
        parts = flat(node)
        fields = And(tuple(part for part in parts if only_fields(part)))
        others = And(tuple(part for part in parts if not only_fields(part)))
        tags: dict[str, str] = {}
        values: dict[str, Any] = {}
        kind = only_kind(node)
        if others.parts:
            source = (
                f"FROM terms CROSS JOIN document d ON d.doc = terms.rowid WHERE {condition(fields, tags)}"
            )
            source += " AND terms MATCH :match"
            values = {"match": match_expression(others), **tags}
        elif kind is None:
            source = "FROM terms CROSS JOIN document d ON d.doc = terms.rowid WHERE terms MATCH :match"
            values = {"match": match_expression(fields)}
        else:
            source = "FROM document d WHERE " + ("d.kind = :kind" if kind else "1")
            values = {"kind": kind}
        if query.since is not None:
            source += " AND d.published >= :since"
            values["since"] = microseconds(query.since)
        if query.until is not None:
            source += " AND d.published < :until"
            values["until"] = microseconds(query.until)
        if left_out := [*query.exclude, *exclude]:
            source += " AND d.id NOT IN (SELECT value FROM json_each(:left_out))"
            values["left_out"] = json.dumps(left_out)
        return source, values
