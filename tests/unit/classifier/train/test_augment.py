"""Augmenting changes what must not matter, and nothing else."""

import re
from random import Random

from classifier.neutral import neutralise
from classifier.train.augment import (
    has_checker_words,
    has_label_words,
    mask_label_words,
    restyle,
    unlisted_names,
    without_checker_words,
)


def test_label_words_become_one_neutral_word() -> None:
    masked = mask_label_words("Camat mewaspadai hoaks, Black Campaign dan politik identitas")
    assert masked == "Camat mewaspadai isu, isu dan isu"
    assert not has_label_words(masked)


def test_words_that_only_contain_a_label_word_stay() -> None:
    assert mask_label_words("sarapan di Saraswati") == "sarapan di Saraswati"


def test_checker_wording_is_found_and_cut() -> None:
    text = "Air kota diracun. Klaim diperkuat dengan foto"
    assert has_checker_words(text)
    assert without_checker_words("Air kota diracun per tangkapan layar akun") == "Air kota diracun"


def test_placeholders_become_names_that_no_list_holds() -> None:
    text = neutralise("Anies hadir, Anies pulang, warga Batak dan PDIP bersorak")
    for seed in range(20):
        named = unlisted_names(text, Random(seed))
        found = re.fullmatch("(.+) hadir, (.+) pulang, warga (.+) dan (.+) bersorak", named)
        assert found is not None
        assert found[1] == found[2] != "Tokoh"
        assert neutralise(named) == named


def test_a_text_in_small_letters_stays_so() -> None:
    named = unlisted_names(neutralise("katanya anies dan orang batak"), Random(1))
    assert named.islower()


def test_a_text_is_never_restyled_away() -> None:
    for seed in range(60):
        assert restyle("@USER", Random(seed))
        assert restyle("!!!", Random(seed))


def test_the_same_seed_gives_the_same_text() -> None:
    text = "Warga Islam dan Kristen di Medan memilih Anies @USER #damai 🔥"
    assert restyle(text, Random(4)) == restyle(text, Random(4))
    assert unlisted_names(text, Random(4)) == unlisted_names(text, Random(4))
