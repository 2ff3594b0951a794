"""Windows cover the content once, in order, and know where it stood."""

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.windows import MAX_WINDOWS, WINDOW_CHARACTERS, cut_windows
from kentongan.text import sentences

_WORDS = st.lists(
    st.sampled_from(["banjir", "Arunika", "warga", "hari", "ini.", "pasar!", "Kota", "sepi?\n"]), max_size=400
)


@settings(max_examples=60, deadline=None)
@given(_WORDS)
def test_every_sentence_is_in_exactly_one_window_in_order(words: list[str]) -> None:
    text = " ".join(words)
    parts = [part for window in cut_windows(text) for part in window.sentences]
    assert "".join(part.text for part in parts) == "".join(s.text for s in sentences(text))
    assert all(text[part.start : part.end] == part.text for part in parts)


def test_a_short_text_is_one_window() -> None:
    (window,) = cut_windows("Pasar Arunika ramai. Harga turun.")
    assert window.text == "Pasar Arunika ramai. Harga turun."


def test_a_text_without_content_has_no_windows() -> None:
    assert cut_windows(" \n … ") == []


def test_a_run_on_text_is_cut_at_spaces() -> None:
    text = "warga kota arunika berkumpul " * 100
    windows = cut_windows(text)
    assert all(len(window.text) <= WINDOW_CHARACTERS + 80 for window in windows)
    assert "".join(w.text for w in windows).replace(" ", "") == text.replace(" ", "")


def test_windows_of_a_long_text_are_of_even_length() -> None:
    lengths = [len(w.text) for w in cut_windows("Warga Arunika bergotong royong membersihkan sungai. " * 30)]
    assert max(lengths) - min(lengths) < 150


def test_a_text_of_book_length_is_read_at_its_head_and_end_only() -> None:
    text = " ".join(
        f"Kalimat nomor {n} tentang pasar induk dan harga beras di kota ini." for n in range(9000)
    )

    windows = cut_windows(text)

    assert len(windows) == MAX_WINDOWS
    assert windows[0].start == 0
    assert windows[-1].end == len(text)
