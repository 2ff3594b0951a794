"""What an indication of a hoax rests on, and the parts that a reason is made of."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import FactCheck, FactCheckId, Ground, Label, Match, Span, Stance, Verdict
from kentongan.reasons import Finding, find_why, refuting_check
from kentongan.triage import hoax_grounds, hoax_risk
from tests.factories import make_assessment

H, B, I = Label.HOAX, Label.BLACK_CAMPAIGN, Label.IDENTITY_POLITICS  # noqa: E741
HOAX, NONE = frozenset({H}), frozenset[Label]()
TWO = ("ajakan sebar", "sumber kabur")
TEXT = "Selamat pagi. Gudang terbakar semalam. Jangan pilih Raka!"
PROBABILITY = st.floats(0, 1)


def check(number: int = 1, verdict: Verdict = Verdict.REFUTED) -> FactCheck:
    return FactCheck(
        id=FactCheckId(UUID(int=number)),
        url=f"https://periksa.example/{number}",
        publisher="Periksa Arunika",
        claim="Gudang terbakar",
        verdict=verdict,
        verdict_text="SALAH",
        title="",
        published_at=None,
        source="",
        first_seen_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def match(number: int = 1, probability: float = 0.9, confirmed: bool = True) -> Match:
    return Match(FactCheckId(UUID(int=number)), probability, confirmed)


def span(sentence: str, label: Label, contribution: float) -> Span:
    return Span(TEXT.index(sentence), TEXT.index(sentence) + len(sentence), label, contribution)


def test_the_text_alone_is_a_ground_flagged_or_left_open() -> None:
    assert hoax_grounds(make_assessment(H), False) == (Ground.TEXT,)
    assert hoax_grounds(make_assessment(abstained=HOAX), False) == (Ground.TEXT,)


def test_cues_are_a_ground_from_two_groups_on() -> None:
    assert hoax_grounds(make_assessment(H, cues=TWO[:1]), False) == (Ground.TEXT,)
    assert hoax_grounds(make_assessment(H, cues=(TWO[0], TWO[0])), False) == (Ground.TEXT,)
    assert hoax_grounds(make_assessment(H, cues=TWO), False) == (Ground.TEXT, Ground.CUES)
    assert hoax_grounds(make_assessment(H, cues=TWO), True) == tuple(Ground)


@pytest.mark.parametrize("refuted", [False, True])
def test_neither_cues_nor_a_match_are_a_ground_where_the_text_is_none(refuted: bool) -> None:
    assert hoax_grounds(None, refuted) == ()
    assert hoax_grounds(make_assessment(cues=TWO), refuted) == ()
    assert hoax_grounds(make_assessment(B, cues=TWO, abstained=frozenset({I})), refuted) == ()


def test_a_match_and_the_text_together_weigh_more_than_either() -> None:
    assert hoax_risk(0.4, [0.9, 0.5]) == pytest.approx(1 - 0.6 * 0.1)
    assert hoax_risk(0.4, []) == pytest.approx(0.4)


@given(PROBABILITY, st.lists(PROBABILITY, max_size=4))
def test_risk_stays_a_probability_and_never_falls_because_of_a_match(p: float, found: list[float]) -> None:
    risk = hoax_risk(p, found)
    assert -1e-9 <= risk <= 1
    assert risk >= max([p, *found]) - 1e-9
    assert risk <= hoax_risk(p, [*found, 1.0])


def test_the_sentence_that_weighs_most_for_a_label_borne_is_quoted() -> None:
    spans = (
        span("Selamat pagi.", I, 0.5),  # of a label that it does not bear
        span("Gudang terbakar semalam.", H, 0.2),
        span("Jangan pilih Raka!", B, 0.6),
    )
    assessment = make_assessment(H, B, spans=spans)
    both = find_why(assessment, TEXT, frozenset({H, B}), False, [])
    assert (both.finding, both.labels, both.quote) == (Finding.FLAGGED, (H, B), "Jangan pilih Raka!")
    assert both.share == pytest.approx(0.6 / 0.9)
    hoax = find_why(assessment, TEXT, HOAX, False, [])
    assert (hoax.labels, hoax.quote) == ((H,), "Gudang terbakar semalam.")


@pytest.mark.parametrize("spans", [(), (Span(500, 520, H, 0.9),), (Span(13, 14, H, 0.9),)])
def test_without_a_span_that_holds_words_nothing_is_quoted(spans: tuple[Span, ...]) -> None:
    why = find_why(make_assessment(H, spans=spans), TEXT, HOAX, False, [])
    assert (why.finding, why.quote, why.share) == (Finding.FLAGGED, "", 0.0)


def test_a_share_is_never_more_than_all_of_it() -> None:
    assessment = make_assessment(H, probability=0.3, spans=(span("Gudang terbakar semalam.", H, 0.4),))
    assert find_why(assessment, TEXT, HOAX, False, []).share == 1.0


def test_only_a_hoax_has_grounds_cues_and_a_check() -> None:
    found = [(match(), check())]
    hoax = find_why(make_assessment(H, cues=TWO), TEXT, HOAX, True, found)
    assert (hoax.grounds, hoax.cues, hoax.check) == (tuple(Ground), TWO, check())
    campaign = find_why(make_assessment(B, cues=TWO), TEXT, frozenset({B}), False, found)
    assert (campaign.grounds, campaign.cues, campaign.check) == ((), (), None)
    unrefuted = find_why(make_assessment(H, cues=TWO[:1]), TEXT, HOAX, False, found)
    assert (unrefuted.grounds, unrefuted.cues, unrefuted.check) == ((Ground.TEXT,), (), None)


def test_the_check_named_is_the_likeliest_that_is_confirmed_and_refutes() -> None:
    found = [
        (match(1, 0.99, confirmed=False), check(1)),
        (match(2, 0.98), check(2, Verdict.TRUE)),
        (match(3, 0.7), check(3)),
        (match(4, 0.8), check(4, Verdict.SCAM)),
    ]
    assert refuting_check(found) == check(4, Verdict.SCAM)
    assert refuting_check(found[:2]) is None


def test_what_is_not_flagged_is_told_apart() -> None:
    unsure = make_assessment(
        abstained=HOAX, stance=Stance.REPORTS, spans=(span("Gudang terbakar semalam.", H, 0.05),)
    )
    left = find_why(unsure, TEXT, NONE, False, [])
    assert (left.finding, left.labels, left.quote) == (Finding.LEFT_OPEN, (H,), "Gudang terbakar semalam.")
    reports = make_assessment(stance=Stance.REPORTS)
    assert find_why(reports, TEXT, NONE, False, []).finding is Finding.REPORTS
    assert find_why(make_assessment(), TEXT, NONE, False, []).finding is Finding.CLEAR
    empty = make_assessment(stance=Stance.REPORTS, probabilities=dict.fromkeys(Label, 0.0))
    assert find_why(empty, "…", NONE, False, []).finding is Finding.CLEAR
