"""A query tree in the languages of SQLite: an FTS5 MATCH expression, or a plain condition.

Owns: the translation, and that nothing typed can leave its quotes: terms hold letters and
digits only, tags are written in hexadecimal. Leaves reading what was typed to `query`.
"""

from collections.abc import Sequence

from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word

EXACT = "{title_exact text_exact}"
STEM = "{title_stem text_stem}"
EVERY = "every"  # a tag that each document bears: what a lone "-word" is subtracted from
_ALL = f'{{tags}} : "{EVERY}"'
_NONE = '{tags} : "none"'


def tag_term(tag: str) -> str:
    """Return the term that stands for a tag in the tags column."""
    return "t" + tag.encode().hex()


def match_expression(node: Node) -> str:
    """Return the FTS5 expression of the tree."""
    match node:
        case Word(_, stem, exact):
            return f"({STEM} : {_quoted((stem,))} OR {EXACT} : {_quoted(exact)})"
        case Phrase(exact):
            return f"{EXACT} : {_quoted(exact)}"
        case Prefix(exact):
            return f"{EXACT} : {_quoted((exact,))} *"
        case Field(name, value):
            return f"{{tags}} : {_quoted((tag_term(f'{name}:{value}'),))}"
        case Never():
            return _NONE
        case Not(part):
            return f"({_ALL} NOT {match_expression(part)})"
        case And(parts):
            return _conjunction(parts)
        case Or(parts):
            return "(" + " OR ".join(match_expression(part) for part in parts) + ")"


def condition(node: Node, values: dict[str, str]) -> str:
    """Return the plain SQL condition of a tree without words, on `d.tags`; fills in its parameters.

    Beside words this is cheaper than a term in the expression: bm25() reads the whole list
    of every term in it, and a tag's list is nearly as long as the index.
    """
    match node:
        case Field("kind", value):
            key = f"tag{len(values)}"
            values[key] = value
            return f"d.kind = :{key}"
        case Field(name, value):
            key = f"tag{len(values)}"
            values[key] = f" {tag_term(f'{name}:{value}')} "
            return f"instr(d.tags, :{key}) > 0"
        case And(parts):
            return "(" + " AND ".join([condition(part, values) for part in parts] or ["1"]) + ")"
        case Or(parts):
            return "(" + " OR ".join(condition(part, values) for part in parts) + ")"
        case Not(part):
            return f"NOT {condition(part, values)}"
        case _:
            raise AssertionError(f"words have no plain condition: {node}")


def only_fields(node: Node) -> bool:
    """Return whether the tree asks for nothing but fields, so that `condition` can tell it."""
    match node:
        case Field():
            return True
        case And(parts) | Or(parts):
            return all(map(only_fields, parts))
        case Not(part):
            return only_fields(part)
        case _:
            return False


def flat(node: Node) -> tuple[Node, ...]:
    """Return the parts that must all hold."""
    return tuple(part for each in node.parts for part in flat(each)) if isinstance(node, And) else (node,)


def only_kind(node: Node) -> str | None:
    """Return the kind when the tree asks for a kind and nothing else, "" when it asks for nothing.

    None when it asks for more. Such a query is answered from the date index, not from FTS5.
    """
    match node:
        case Field("kind", value):
            return value
        case And(parts):
            asked = [only_kind(part) for part in parts]
            if any(kind is None for kind in asked):
                return None
            kinds = {kind for kind in asked if kind}
            return kinds.pop() if len(kinds) == 1 else (None if kinds else "")
        case _:
            return None


def _conjunction(parts: Sequence[Node]) -> str:
    wanted = [match_expression(part) for part in parts if not isinstance(part, Not)]
    unwanted = [match_expression(part.part) for part in parts if isinstance(part, Not)]
    kept = " AND ".join(wanted) if wanted else _ALL
    if not unwanted:
        return f"({kept})"
    return f"(({kept}) NOT ({' OR '.join(unwanted)}))"


def _quoted(terms: Sequence[str]) -> str:
    return '"' + " ".join(terms).replace('"', '""') + '"'


def quoted(term: str) -> str:
    """Return one term as FTS5 reads it, whatever characters it has."""
    return _quoted((term,))
