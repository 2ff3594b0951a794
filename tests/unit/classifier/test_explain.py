"""Contributions are shares of one probability, and they add up to it."""

import pytest

from classifier.assess import Assessor
from classifier.explain import _coalitions, _shares
from kentongan.domain import Label

CLAIM = (
    "INFO A1 dari orang dalam, surat suara di gudang sudah dicoblos 12 kontainer! "
    "Ketua KPU Kota Arunika menerima uang 4 miliar dari bandar malam tadi. "
    "Sebarkan ke semua grup sebelum pesan ini dihapus!!"
)
HARMLESS = "Besok ada kerja bakti di RW 3, bawa cangkul. "


def test_the_contributions_of_a_short_text_add_up_to_its_probability(assessor: Assessor) -> None:
    (found,) = assessor.assess([CLAIM])

    hoax = [span for span in found.spans if span.label is Label.HOAX]

    hidden = 0.02 * (3 - len(hoax))  # a sentence below that is not shown
    assert sum(s.contribution for s in hoax) == pytest.approx(
        found.probabilities[Label.HOAX], abs=0.005 + hidden
    )


def test_a_harmless_sentence_is_not_what_carried_a_label(assessor: Assessor) -> None:
    text = HARMLESS + CLAIM
    (found,) = assessor.assess([text])

    hoax = [span for span in found.spans if span.label is Label.HOAX]

    assert hoax
    assert max(hoax, key=lambda span: span.contribution).start >= len(HARMLESS)


def test_at_most_three_sentences_stand_for_a_label(assessor: Assessor) -> None:
    (found,) = assessor.assess([(CLAIM + " " + HARMLESS) * 3])
    assert found.flagged | found.abstained
    for label in found.flagged | found.abstained:
        assert 1 <= sum(span.label is label for span in found.spans) <= 3


def test_shares_are_those_of_the_textbook() -> None:
    """Three players of a game in which the first and one of the others are needed."""
    a, b, c = players = [frozenset({(0, n)}) for n in range(3)]
    values = {kept: float(a <= kept and kept != a) for kept in _coalitions(players)}

    shares = _shares(players, values)

    assert (shares[a], shares[b], shares[c]) == pytest.approx((2 / 3, 1 / 6, 1 / 6))


def test_copies_of_one_sentence_share_what_it_carries(assessor: Assessor) -> None:
    """Leaving one of two copies out changes next to nothing: that must not make both weightless."""
    sentence = "Ketua KPU Kota Arunika menerima uang 4 miliar dari bandar malam tadi."
    (found,) = assessor.assess([f"{sentence} {sentence}"])
    hoax = [span.contribution for span in found.spans if span.label is Label.HOAX]
    assert len(hoax) == 2
    assert min(hoax) > 0.1
