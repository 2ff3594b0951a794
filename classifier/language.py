"""Whether a text is in a language that the model does not read: then it flags nothing.

Owns: telling English from Indonesian and Malay by their commonest words, which is all that is
needed here: comment spam and reposts are English. What would be flagged is left to people.
"""

from kentongan.text import words

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
    ]
)
_FEWEST_WORDS = 6
_SHARE = 0.25  # of all words; Indonesian texts with English in them stay far below


def is_english(text: str) -> bool:
    """Return whether the text is English, by its commonest words; a short or mixed one is not."""
    found = words(text)
    english = sum(word in _ENGLISH for word in found)
    indonesian = sum(word in _INDONESIAN for word in found)
    return len(found) >= _FEWEST_WORDS and english >= _SHARE * len(found) and english > 3 * indonesian
