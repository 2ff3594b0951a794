"""Choosing the pieces that Indonesian, Malay and everyday English need, and their tokenizer.

Owns: the pruned Unigram vocabulary. Leaves reading the base to `base`. Rows that are
never met only cost room: the base has 250,037, of which these texts use some 35,000.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_UNKNOWN = 3
_BATCH = 2000
_LATIN_END = 0x024F


def build_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Return a Unigram tokenizer over `pieces` in id order, wrapping texts in <s> and </s>.

    Ids 0 to 3 are <s>, <pad>, </s> and <unk>. Text is NFKC-normalised, spaces become "▁".
    """
    tokenizer = Tokenizer(models.Unigram(list(pieces), _UNKNOWN, False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """Return how often each piece id occurs in the texts."""
    counts: Counter[int] = Counter()
    stream = iter(texts)
    while batch := list(islice(stream, _BATCH)):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def choose_pieces(
    pieces: Sequence[tuple[str, float]], counts: Counter[int], rows: int, min_count: int = 2
) -> list[int]:
    """Return at most `rows` piece ids, ascending: what to keep of the base vocabulary.

    In order of need: the special pieces, every single Latin character, digit and mark,
    other characters that were met, pieces met at least `min_count` times, then the
    likeliest ASCII pieces, which is mostly English.
    """
    kept = dict.fromkeys(range(len(SPECIAL)))
    for piece_id in _by_need(pieces, counts, min_count):
        if len(kept) >= rows:
            break
        kept[piece_id] = None
    return sorted(kept)


def _by_need(pieces: Sequence[tuple[str, float]], counts: Counter[int], min_count: int) -> Iterator[int]:
    for piece_id, (piece, _) in enumerate(pieces):
        bare = piece.lstrip("▁")
        if len(bare) <= 1 and (counts[piece_id] or not bare or _is_basic(bare)):
            yield piece_id
    yield from (piece_id for piece_id, count in counts.most_common() if count >= min_count)
    plain = [i for i, (piece, _) in enumerate(pieces) if piece.lstrip("▁").isascii()]
    yield from sorted(plain, key=lambda i: -pieces[i][1])


def _is_basic(character: str) -> bool:
    return ord(character) <= _LATIN_END or unicodedata.category(character) in {"Po", "Pd", "Sc"}
