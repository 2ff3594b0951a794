"""From a root the language makes its forms, with the sound changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.derived import forms_of


@pytest.mark.parametrize(
    ("root", "forms"),
    [
        ("tulis", "menulis menuliskan penulis penulisan ditulis tertulis tulisan nulis nulisin ditulisin"),
        ("kejar", "mengejar pengejaran dikejar kejaran ngejar"),
        ("pukul", "memukul memukuli pemukul pemukulan dipukul mukul mukulin"),
        ("sebar", "menyebar menyebarkan penyebaran tersebar nyebar nyebarin"),
        ("percaya", "memercayai mempercayai dipercaya kepercayaan"),
        ("curi", "mencuri pencuri pencurian dicuri nyuri"),
        ("bakar", "membakar pembakaran dibakar ngebakar"),
        ("gugat", "menggugat penggugat gugatan digugat"),
        ("awas", "mengawasi pengawas pengawasan diawasi ngawasin"),
        ("rusak", "merusak perusakan perusak dirusak kerusakan ngerusak"),
        ("rencana", "merencanakan perencanaan berencana direncanakan"),
        ("mati", "mematikan kematian dimatikan matiin"),
        ("lanjut", "melanjutkan dilanjutkan lanjutan berlanjut"),
        ("kuat", "memperkuat diperkuat menguatkan penguatan kekuatan terkuat"),
        ("protes", "memprotes diprotes"),
    ],
)
def test_a_root_gives_the_forms_that_are_written_and_spoken(root: str, forms: str) -> None:
    made = set(forms_of(root))
    assert set(forms.split()) <= made
    assert root in made


@pytest.mark.parametrize(
    ("root", "wrong"),
    [
        ("tulis", "mentulis"),
        ("kejar", "mengkejar"),
        ("sebar", "mensebar"),
        ("rusak", "berrusak"),
        ("mati", "memmati"),
    ],
)
def test_a_sound_that_changes_is_not_kept(root: str, wrong: str) -> None:
    assert wrong not in set(forms_of(root))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10))
def test_every_form_still_ends_like_the_root_or_an_ending(root: str) -> None:
    tail = root[1:]
    assert all(tail in form for form in forms_of(root))
