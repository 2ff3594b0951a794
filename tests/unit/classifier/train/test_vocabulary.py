"""Pieces that the texts use stay, the basics always do, the rest goes."""

from collections import Counter

from classifier.train.vocabulary import SPECIAL, build_tokenizer, choose_pieces, count_pieces

PIECES = [(name, 0.0) for name in SPECIAL]
PIECES += [("▁", -2.0), ("a", -6.0), ("b", -6.0), ("字", -6.0), ("▁air", -3.0), ("▁the", -3.5), ("▁ᚠᚠ", -3.0)]


def test_counting_splits_as_the_tokenizer_does() -> None:
    counts = count_pieces(build_tokenizer(PIECES), ["air air", "ab"])
    assert counts[8] == 2
    assert counts[5] == counts[6] == 1


def test_what_is_met_stays_and_unmet_scripts_go() -> None:
    kept = choose_pieces(PIECES, Counter({8: 5}), rows=9)
    assert {0, 1, 2, 3, 4, 5, 6, 8} <= set(kept)
    assert 7 not in kept
    assert 10 not in kept


def test_there_are_never_more_rows_than_asked_for() -> None:
    assert len(choose_pieces(PIECES, Counter(dict.fromkeys(range(len(PIECES)), 9)), rows=6)) == 6


def test_texts_are_wrapped_and_unknown_characters_become_unk() -> None:
    assert build_tokenizer(PIECES).encode("air ᚦ").tokens[0] == "<s>"
    assert 3 in build_tokenizer(PIECES).encode("ᚦ").ids
