"""The rules of field work that need no record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import ClaimId
from kentongan.field import (
    CLOCK_SKEW,
    MAX_LINK_CHARACTERS,
    Fault,
    NotTaken,
    Request,
    RequestId,
    RequestState,
    check_link,
    check_seen,
    in_area,
    masked,
    sameness,
)

AT = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


def make_request() -> Request:
    return Request(
        RequestId(uuid4()),
        ClaimId(uuid4()),
        "00.00.01.1003",
        "Antrean.",
        "Benar?",
        "sari",
        AT,
        AT + timedelta(hours=4),
    )


def test_the_state_of_a_request_follows_from_its_times() -> None:
    request, late = make_request(), AT + timedelta(hours=4)
    assert request.state(AT) is RequestState.OPEN
    assert request.state(late) is RequestState.EXPIRED
    answered = replace(request, answered_at=late + timedelta(days=1))
    assert answered.state(late) is RequestState.ANSWERED
    assert replace(request, withdrawn_at=AT).state(AT) is RequestState.WITHDRAWN


@pytest.mark.parametrize(
    ("place", "own", "inside"),
    [
        ("00.00.01.1003", ["00.00.01.1003"], True),
        ("00.00.01.1003", ["00.00.01"], True),
        ("00.00.01", ["00.00.01"], True),
        ("00.00.01", ["00.00.01.1003"], False),
        ("00.00.01.1003", ["00.00.01.1002", "00.00.02"], False),
        ("00.00.010", ["00.00.01"], True),  # no code has this form: `is_place` comes first
        ("00.00.01.1003", [], False),
        ("", ["00.00.01"], False),
    ],
)
def test_a_place_is_in_an_area_by_its_code(place: str, own: list[str], inside: bool) -> None:
    assert in_area(place, own) is inside


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("https://warta.example/berita/1", "https://warta.example/berita/1"),
        (" warta.example/1 ", "https://warta.example/1"),
        ("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"),
        ("https://facebook.com/groups/warga/posts/1", "https://facebook.com/groups/warga/posts/1"),
        ("https://wa.me/6281234567890", "https://wa.me/NOMOR"),
        ("https://8.8.8.8/halaman", "https://8.8.8.8/halaman"),
    ],
)
def test_a_public_link_is_kept_as_text(raw: str, kept: str) -> None:
    assert check_link(raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        "ftp://warta.example/", "file:///etc/passwd", "data:text/html,x", "//", "https://", "https://warta",
        "http://10.0.0.5/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/", "http://0/", "http://1.1/",
        "http://017700000001/", "http://router.lan/", "http://a.internal/", "http://warta.example:port/",
        "http://[", "https://warta.example/\u202efdp", "x" * (MAX_LINK_CHARACTERS + 1),
    ],
)  # fmt: skip
def test_what_is_no_public_link_is_refused(raw: str) -> None:
    with pytest.raises(NotTaken) as raised:
        check_link(raw)
    assert raised.value.field == "link"


@given(st.text(max_size=200))
def test_any_link_is_kept_or_refused_and_never_breaks(raw: str) -> None:
    try:
        kept = check_link(raw)
    except NotTaken:
        return
    assert kept == "" or kept.startswith(("http://", "https://"))
    assert kept.isprintable()


def test_a_phone_whose_clock_is_fast_is_set_right_and_a_date_to_come_is_refused() -> None:
    assert check_seen(AT - timedelta(days=1), AT) == AT - timedelta(days=1)
    assert check_seen(AT + CLOCK_SKEW, AT) == AT
    with pytest.raises(NotTaken) as raised:
        check_seen(AT + CLOCK_SKEW + timedelta(seconds=1), AT)
    assert raised.value.fault is Fault.FUTURE


@given(st.text(max_size=300))
def test_masking_twice_is_masking_once(raw: str) -> None:
    assert masked(masked(raw)) == masked(raw)


def test_the_same_words_are_the_same_whatever_their_spaces_and_capitals() -> None:
    assert sameness("Besok  TPS 4\nditutup!") == sameness("besok tps 4\nditutup!")
    assert sameness("Besok TPS 4 ditutup.") != sameness("Besok TPS 5 ditutup.")


@pytest.mark.parametrize(
    "raw",
    ["https://chat.whatsapp.com/x", "https://chat%2ewhatsapp.com/x", "https://t.me/%2Babc", "t.me/+abc",
     "https://chat.ｗhatsapp.com/x", "https://invite.viber.com/?g=1", "https://m.discord.gg/x"],
)  # fmt: skip
def test_a_link_that_invites_into_a_group_is_refused_however_it_is_written(raw: str) -> None:
    with pytest.raises(NotTaken) as raised:
        check_link(raw)
    assert raised.value.fault is Fault.INVITATION


def test_words_that_only_look_like_an_invitation_are_kept() -> None:
    for said in ("Tolong invite. Besok ramai.", "warta.me/+x", "Lihat https://warta.example/t.me"):
        assert masked(said) == said
