"""A query as a tree: its kinds of leaf and branch, and what can be asked of the whole.

Owns: the shape. Leaves reading what was typed to `query`, and an engine's language to the
engines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """Any text with this stem; `exact` are the terms typed, whose presence counts more."""

    shown: str
    stem: str
    exact: tuple[str, ...]
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    exact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    exact: str


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a field, folded. `name` is one of FIELDS, or "url", or "kind"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Never:
    """Matches nothing: what was typed is masked in every text."""

    shown: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts; with no parts, everything."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


Node: TypeAlias = Word | Phrase | Prefix | Field | Never | And | Or | Not


def without_stop_words(node: Node) -> Node:
    """Return the tree flattened, and without stop words wherever something else is asked beside them."""
    match node:
        case And(parts):
            flat: list[Node] = []
            for part in map(without_stop_words, parts):
                flat.extend(part.parts if isinstance(part, And) else (part,))
            said = [part for part in flat if not (isinstance(part, Word) and part.stop)]
            kept = said if any(has_words(part) for part in said) else flat
            once = tuple({_sense(part): part for part in reversed(kept)}.values())[::-1]
            return once[0] if len(once) == 1 else And(once)
        case Or(parts):
            return Or(tuple(dict.fromkeys(without_stop_words(part) for part in parts)))
        case Not(part):
            return Not(without_stop_words(part))
        case _:
            return node


def _sense(node: Node) -> object:
    """What makes two parts of a conjunction the same: words of one stem ask for the same texts."""
    return node.stem if isinstance(node, Word) else node


def show(node: Node, top: bool = False) -> str:
    match node:
        case Word(shown):
            return shown
        case Phrase(exact):
            return f'"{" ".join(exact)}"'
        case Prefix(exact):
            return f"{exact}*"
        case Field(name, value):
            return f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        case Never(shown):
            return f"[{shown}]"
        case Not(part):
            return f"-{show(part)}"
        case And(parts):
            joined = " ".join(show(part) for part in parts)
            return joined if top else f"({joined})"
        case Or(parts):
            joined = " OR ".join(show(part) for part in parts)
            return joined if top else f"({joined})"


def has_words(node: Node) -> bool:
    """Return whether some text must be found, so that ranking by relevance has a meaning."""
    match node:
        case Word() | Phrase() | Prefix():
            return True
        case And(parts) | Or(parts):
            return any(has_words(part) for part in parts)
        case _:
            return False


def conditions(node: Node) -> Node:
    """Return what of the tree binds a search by meaning too: its fields and exclusions."""
    parts = node.parts if isinstance(node, And) else (node,)
    return And(tuple(part for part in parts if not has_words(part)))


def any_word(node: Node) -> Node:
    """Return the tree of what has at least one of the words that `node` asks for together; its fields and
    exclusions hold as before. The same tree where no two words are asked for together."""
    if not isinstance(node, And):
        return node
    words = tuple(part for part in node.parts if has_words(part))
    if len(words) < 2:
        return node
    return And((Or(words), *(part for part in node.parts if not has_words(part))))


def leaves(node: Node) -> Iterator[Word | Phrase | Prefix]:
    """Yield the words, phrases and prefixes that are looked for, excluded ones left out."""
    match node:
        case Word() | Phrase() | Prefix():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            return
