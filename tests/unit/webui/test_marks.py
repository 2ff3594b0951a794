"""Cutting texts into marked and plain pieces."""

from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import Label, Span
from webui.marks import Piece, mark, shorten

SPANS = st.lists(
    st.builds(Span, st.integers(-5, 60), st.integers(-5, 60), st.sampled_from(list(Label)), st.floats(0, 1)),
    max_size=8,
)


@given(st.text(max_size=50), SPANS, st.integers(0, 20), st.integers(0, 50))
def test_the_pieces_joined_are_the_text_whatever_the_spans(
    text: str, spans: list[Span], start: int, end: int
) -> None:
    whole = mark(text, spans)
    assert "".join(piece.text for piece in whole) == text
    start, end = min(start, len(text)), max(min(end, len(text)), min(start, len(text)))
    assert "".join(piece.text for piece in mark(text, spans, start, end)) == text[start:end]


@given(st.text(min_size=1, max_size=50), SPANS)
def test_a_character_is_marked_exactly_when_a_span_covers_it(text: str, spans: list[Span]) -> None:
    position = 0
    for piece in mark(text, spans):
        for _ in piece.text:
            assert set(piece.labels) == {s.label for s in spans if s.start <= position < s.end}
            position += 1


def test_overlapping_spans_share_their_common_piece() -> None:
    spans = [Span(0, 4, Label.HOAX, 0.5), Span(2, 6, Label.BLACK_CAMPAIGN, 0.4)]
    assert mark("abcdefgh", spans) == [
        Piece("ab", (Label.HOAX,)),
        Piece("cd", (Label.HOAX, Label.BLACK_CAMPAIGN)),
        Piece("ef", (Label.BLACK_CAMPAIGN,)),
        Piece("gh"),
    ]


@given(st.text(max_size=300), st.integers(10, 100))
def test_a_shortened_text_is_one_line_within_its_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert "\n" not in short


def test_a_text_is_cut_between_words_with_an_ellipsis() -> None:
    assert shorten("satu dua tiga empat lima", 16) == "satu dua tiga…"
    assert shorten("satu  dua\ntiga", 16) == "satu dua tiga"
