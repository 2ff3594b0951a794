"""What a searcher typed, read into a tree. Every string is legal; none raises.

Owns: the syntax and the `understood` line. Leaves terms to `analysis`, field names to
`fields`, the tree itself to `tree`, and an engine's language to the engines.

words            all of them; a variant of a word counts as the word
"a phrase"       these very words in this order; also for a single word
-word            not this; also before a phrase, a field or a group
a OR b           either; binds its two neighbours, so `x a OR b` is `x (a OR b)`
hoak*            words beginning so
sumber:nama      a field, English or Indonesian, the value in quotes if it has spaces
sejak:2025-08    from that day, month or year on; also sampai: and tanggal:; for the whole query
(...)            a group; unbalanced brackets are closed or ignored
https://...      items at this address

An account, a phone number or another masked thing is never findable: it reads as `Never`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kentongan.text import EMAIL_MASK, HANDLE_MASK, ID_MASK, PHONE_MASK, PLATE_MASK, mask_personal
from search.analysis import Term, exact_terms, is_stop_word, read_terms
from search.dates import read_days
from search.fields import ALIASES, DATES, fold_url, read_value, without_surrogates
from search.tree import And, Field, Never, Node, Not, Or, Phrase, Prefix, Word, show, without_stop_words

MAX_LEAVES = 64
MAX_DEPTH = 7  # each level nests up to three queries; Elasticsearch allows 30
MAX_CHARACTERS = 8_000
_MORE = " …"
_DAY = timedelta(days=1)

_LEX = re.compile(
    r"(?P<open>\()|(?P<close>\))|(?P<minus>(?<![^\s(])[-−](?=[^\s)-]))"
    r'|(?P<link>(?i:https?://|www\.|(?:bit\.ly|t\.me|wa\.me|s\.id)/)(?=[^\s"“”()])'
    r'[^\s"“”()]*(?:\([^\s"“”()]*\)[^\s"“”()]*)*)'
    r'|(?P<field>(?P<name>[^\W\d_]+):(?=[^\s()])(?:["“”](?P<quoted>[^"“”]*)["“”]?|(?P<bare>[^\s()"“”]+)))'
    r'|["“”](?P<phrase>[^"“”]*)["“”]?'
    r"|(?P<or>OR(?![^\s()]))|(?P<word>[^\s()\"“”]+)"
)
_MASKS = (EMAIL_MASK, HANDLE_MASK, ID_MASK, PHONE_MASK, PLATE_MASK)
_AFTER_LINK = ".,;:!?…'’»"  # of the sentence it was copied from


@dataclass(frozen=True, slots=True)
class Understood:
    """The tree, and the line that says how it was read."""

    node: Node
    line: str
    since: date | None = None
    until: date | None = None  # this day excluded
    cut: bool = False  # something of it was too much, and is left out

    def of(self, node: Node) -> "Understood":
        """Return the same with another tree, and the line that says so."""
        days = [f"since:{self.since}"] if self.since else []
        days += [f"until:{self.until - _DAY}"] if self.until else []
        line = " ".join(part for part in (show(node, top=not days or isinstance(node, And)), *days) if part)
        return replace(self, node=node, line=line + (_MORE if self.cut else ""))


def understand(text: str) -> Understood:
    """Return how `text` is read. Never raises. Past 64 terms the rest is left out, and said so."""
    reader = _Reader(without_surrogates(text[:MAX_CHARACTERS]))
    node = without_stop_words(reader.read_group(depth=0))
    cut = reader.cut or len(text) > MAX_CHARACTERS
    return Understood(node, "", reader.since, reader.until, cut).of(node)


def any_words(text: str, limit: int = MAX_LEAVES) -> str:
    """Return a query for what shares words with `text`: its longest distinct words, joined by OR.

    For finding texts like a given one; at most `limit` words.
    """
    terms = {t.stem: t.word for t in read_terms(exact_terms(text)) if not is_stop_word(t) and len(t.stem) > 2}
    chosen = sorted(terms.values(), key=len, reverse=True)[: min(limit, MAX_LEAVES)]
    return " OR ".join(chosen)


class _Reader:
    """Recursive descent over the lexemes; what does not fit the grammar is passed over."""

    def __init__(self, text: str) -> None:
        self._lexemes = list(_LEX.finditer(text))
        self._at = 0
        self._left = MAX_LEAVES
        self.cut = False
        self.since: date | None = None
        self.until: date | None = None

    def read_group(self, depth: int) -> Node:
        """Read up to a closing bracket or the end."""
        parts: list[Node] = []
        joining = False
        while (lexeme := self._next()) is not None:
            if lexeme["close"]:
                if depth:
                    break
                continue
            if lexeme["or"]:
                joining = bool(parts)
                continue
            node = self._read_unary(lexeme, depth, alone=joining)
            if node is None:
                continue
            if joining:
                last = parts.pop()
                node = Or((*last.parts, node)) if isinstance(last, Or) else Or((last, node))
                joining = False
            parts.append(node)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _next(self) -> re.Match[str] | None:
        if self._at >= len(self._lexemes):
            return None
        self._at += 1
        return self._lexemes[self._at - 1]

    def _read_unary(self, lexeme: re.Match[str], depth: int, alone: bool) -> Node | None:
        if lexeme["minus"]:
            following = self._next()
            node = self._read_unary(following, depth, alone=True) if following is not None else None
            if node is None:
                return None
            return node.part if isinstance(node, Not) else Not(node)
        if lexeme["open"]:
            if depth >= MAX_DEPTH:
                self.cut = True
                return None
            node = self.read_group(depth + 1)
            return None if node == And() else node
        return self._read_leaf(lexeme, alone)

    def _read_leaf(self, lexeme: re.Match[str], alone: bool) -> Node | None:
        if self._left <= 0:
            self.cut = True
            return None
        node = self._leaf(lexeme, alone)
        self._left -= _count(node)
        return node

    def _leaf(self, lexeme: re.Match[str], alone: bool) -> Node | None:
        if (phrase := lexeme["phrase"]) is not None:
            return self._read_phrase(phrase)
        if link := lexeme["link"]:
            return _masked(link) or Field("url", fold_url(link.rstrip(_AFTER_LINK)))
        if lexeme["field"]:
            typed = lexeme["quoted"] if lexeme["quoted"] is not None else lexeme["bare"]
            if not alone and not self._before_or() and self._read_days(lexeme["name"].casefold(), typed):
                return None
            name = ALIASES.get(lexeme["name"].casefold())
            if name and (value := read_value(name, typed)):
                return Field(name, value)
            return self._read_words([lexeme.group()])
        if lexeme["word"]:
            return self._read_words([lexeme.group()] if alone else [lexeme.group(), *self._plain_words()])
        return None

    def _read_days(self, field: str, typed: str) -> bool:
        """Narrow the days of the query; tell whether that is what was typed."""
        name = DATES.get(field)
        days = read_days(typed) if name else None
        if days is None:
            return False
        first, after = days
        if name in ("since", "date"):
            self.since = max(first, self.since or first)
        if name in ("until", "date"):
            self.until = min(after, self.until or after)
        return True

    def _before_or(self) -> bool:
        return self._at < len(self._lexemes) and bool(self._lexemes[self._at]["or"])

    def _plain_words(self) -> Iterator[str]:
        """Take the plain words that follow, so that names of several words are seen whole."""
        while self._at < len(self._lexemes):
            lexeme = self._lexemes[self._at]
            following = self._lexemes[self._at + 1] if self._at + 1 < len(self._lexemes) else None
            typed = lexeme["word"]
            if not typed or typed.endswith("*") or (following is not None and following["or"]):
                return
            self._at += 1
            yield typed

    def _read_words(self, typed: list[str]) -> Node | None:
        exact: list[str] = []
        found: list[Node] = []
        for word in typed:
            if (masked := _masked(word)) is not None:
                found.append(masked)
            elif word.endswith("*") and (parts := exact_terms(word)):
                found.extend(_word(term, parts) for term in read_terms(parts[:-1]))
                found.append(Prefix(parts[-1]))
            else:
                exact.extend(exact_terms(word))
        found.extend(_word(term, exact) for term in read_terms(exact))
        if len(found) > self._left:
            self.cut = True
            found = found[: self._left]
        if not found:
            return None
        return found[0] if len(found) == 1 else And(tuple(found))

    def _read_phrase(self, typed: str) -> Node | None:
        if (masked := _masked(typed)) is not None:
            return masked
        exact = exact_terms(typed)
        self.cut = self.cut or len(exact) > MAX_LEAVES
        return Phrase(tuple(exact[:MAX_LEAVES])) if exact else None


def _word(term: Term, exact: list[str]) -> Word:
    return Word(term.word, term.stem, tuple(exact[term.start : term.end]), is_stop_word(term))


def _masked(typed: str) -> Never | None:
    """Return what finds nothing, for what every text holds masked; None for anything else."""
    masked = mask_personal(typed)
    return Never(masked) if masked != typed and any(mask in masked for mask in _MASKS) else None


def _count(node: Node | None) -> int:
    return len(node.parts) if isinstance(node, And) else 1
