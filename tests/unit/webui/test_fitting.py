"""What of a text a page has room for, counted as it is sent."""

from hypothesis import example, given
from hypothesis import strategies as st

from webui.marks import fitting, weight


@given(st.text(max_size=300), st.integers(0, 200))
@example("🚨" * 100, 50)
@example("&" * 100, 50)
def test_what_is_kept_fits_and_is_the_beginning(text: str, most: int) -> None:
    kept, cut = fitting(text, most)
    assert text.startswith(kept)
    assert weight(kept) <= most
    assert cut == (kept != text)


def test_it_is_cut_between_words_and_not_far_from_the_bound() -> None:
    kept, cut = fitting("satu dua tiga empat lima", 15)
    assert (kept, cut) == ("satu dua tiga", True)
    kept, _ = fitting("🚨" * 100, 50)
    assert len(kept) == 12
    kept, _ = fitting("<" * 100, 50)
    assert len(kept) == 12
