"""What ours is measured against: plain FTS5, and the stock `indonesian` analyser.

Owns: both peers. `Plain` is FTS5 as it comes (unicode61). `Stock` is the chain that Elasticsearch names
`indonesian`: standard tokens, lower case, stop words, stemmer; here Snowball's Indonesian stemmer, for
the small server of the tests leaves words unstemmed. Both rank by FTS5's bm25, a title counting three
times as ours does, so what differs is the analysis.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence

import Stemmer

from benchmarks._relevance_texts import Text

# Unicode text segmentation (UAX 29), as far as Latin script needs it
_STANDARD = re.compile(r"\w+(?:(?:(?<=[^\W\d_])[.'’:](?=[^\W\d_])|(?<=\d)[.,;'’](?=\d))\w+)*")
_WORDS = re.compile(r"\w+")
_WEIGHTS = "3.0, 1.0"


class Peer:
    """A ranking of texts by FTS5's bm25; `every` word must be there, or any."""

    def __init__(self, texts: Iterable[Text], tokenize: str) -> None:
        self._ids: list[str] = []
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            f'CREATE VIRTUAL TABLE terms USING fts5 (title, text, content="", tokenize="{tokenize}")'
        )
        self._database.executemany("INSERT INTO terms (title, text) VALUES (?, ?)", self._rows(texts))

    def _rows(self, texts: Iterable[Text]) -> Iterable[tuple[str, str]]:
        for text in texts:
            self._ids.append(text.id)
            yield self.kept(text.title), self.kept(text.text)

    def kept(self, text: str) -> str:
        return text

    def asked(self, question: str) -> Sequence[str]:
        return _WORDS.findall(question)

    def best(self, question: str, limit: int, every: bool) -> list[str]:
        """Return the ids of the best texts, best first."""
        words = list(dict.fromkeys(self.asked(question)))
        if not words:
            return []
        match = (" AND " if every else " OR ").join(f'"{word}"' for word in words)
        rows = self._database.execute(
            f"SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms, {_WEIGHTS}), rowid LIMIT ?",
            (match, limit),
        )
        return [self._ids[row - 1] for (row,) in rows]


class Plain(Peer):
    def __init__(self, texts: Iterable[Text]) -> None:
        super().__init__(texts, "unicode61")


class Stock(Peer):
    def __init__(self, texts: Iterable[Text], stop: frozenset[str]) -> None:
        self._stop = stop
        self._stemmer = Stemmer.Stemmer("indonesian")
        super().__init__(texts, "unicode61 remove_diacritics 0 tokenchars '.:,;_''’'")

    def kept(self, text: str) -> str:
        return " ".join(self.asked(text))

    def asked(self, question: str) -> Sequence[str]:
        tokens = (token.lower() for token in _STANDARD.findall(question))
        stems: list[str] = self._stemmer.stemWords([token for token in tokens if token not in self._stop])
        return stems
