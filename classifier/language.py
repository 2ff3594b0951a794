"""Whether a text is in a language that the model does not read: then it flags nothing.

Owns: telling English from Indonesian and Malay by their commonest words, which is all that is
needed here: comment spam and reposts are English. What would be flagged is left to people.
"""

from collections.abc import Sequence

from kentongan.text import sentences, words

_ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "a",
        "in",
        "is",
        "you",
        "that",
        "it",
        "for",
        "this",
        "with",
        "your",
        "are",
        "on",
        "be",
        "have",
        "was",
        "not",
        "as",
        "we",
        "they",
        "at",
        "from",
        "or",
        "i",
        "my",
        "what",
        "will",
        "can",
        "by",
        "an",
        "so",
        "if",
        "our",
        "all",
        "just",
        "about",
        "has",
        "more",
        "their",
        "when",
        "would",
        "been",
        "these",
        "but",
        "out",
        "there",
    ]
)
_INDONESIAN = frozenset(
    [
        "yang",
        "di",
        "dan",
        "ini",
        "itu",
        "dengan",
        "untuk",
        "dari",
        "ke",
        "ada",
        "tidak",
        "akan",
        "pada",
        "saya",
        "kita",
        "kami",
        "mereka",
        "bisa",
        "sudah",
        "juga",
        "karena",
        "oleh",
        "kalau",
        "atau",
        "dalam",
        "jadi",
        "lagi",
        "aja",
        "ga",
        "gak",
        "nggak",
        "yg",
        "dgn",
        "utk",
        "tdk",
        "dak",
        "kada",
        "nya",
        "sih",
        "pak",
        "bu",
        "kok",
        "mau",
        "orang",
        "jangan",
        "dia",
        "semua",
        "sebelum",
        "bukan",
        "harus",
        "belum",
    ]
)
_FEWEST_WORDS = 6
_SHARE = 0.25  # of all words; Indonesian texts with English in them stay far below


def is_english(text: str) -> bool:
    """Return whether the text is English, by its commonest words.

    A short text is not, and neither is one with a longer sentence that is not English: English put
    behind a claim hides nothing.
    """
    longer = [found for part in sentences(text) if len(found := words(part.text)) >= _FEWEST_WORDS]
    counts = [(_share(found, _ENGLISH), _share(found, _INDONESIAN)) for found in longer]
    return (
        bool(counts)
        and all(english > indonesian for english, indonesian in counts)
        and sum(english for english, _ in counts) >= _SHARE * len(counts)
    )


def _share(found: Sequence[str], known: frozenset[str]) -> float:
    return sum(word in known for word in found) / len(found)
