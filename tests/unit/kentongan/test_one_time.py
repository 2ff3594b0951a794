"""One-time codes and tokens, against the standard's own values."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kentongan.one_time import (
    digest,
    key_address,
    matching_step,
    new_key,
    new_recovery_codes,
    new_token,
    recovery_digest,
)
from kentongan.sealing import Seal, SealBroken

RFC_KEY = base64.b32encode(b"12345678901234567890").decode()
RFC_VALUES = {  # RFC 6238, appendix B, SHA-1; the last six of its eight digits
    59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924",
    2000000000: "69279037", 20000000000: "65353130",
}  # fmt: skip


@pytest.mark.parametrize(("seconds", "value"), RFC_VALUES.items())
def test_codes_are_those_of_rfc_6238(seconds: int, value: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(RFC_KEY, value[-6:], at) == seconds // 30


def test_a_code_holds_one_step_early_and_late_and_no_longer() -> None:
    at, own = datetime.fromtimestamp(1111111109, UTC), 1111111109 // 30
    steps = [matching_step(RFC_KEY, "081804", at + timedelta(seconds=30 * n)) for n in range(-2, 3)]
    assert steps == [None, own, own, own, None]


@pytest.mark.parametrize("typed", ["287 082", " 287082\n", "287\u00a0082"])
def test_a_code_may_be_typed_with_gaps(typed: str) -> None:
    assert matching_step(RFC_KEY, typed, datetime.fromtimestamp(59, UTC)) == 1


@given(st.text())
def test_any_other_text_is_no_code(typed: str) -> None:
    found = matching_step(RFC_KEY, typed, datetime.fromtimestamp(59, UTC))
    assert found is None or len("".join(typed.split())) == 6


def test_keys_tokens_and_recovery_codes_are_long_and_never_the_same() -> None:
    assert len({new_key() for _ in range(50)}) == 50
    assert all(len(base64.b32decode(new_key())) == 20 for _ in range(5))
    assert all(len(new_token()) == 43 for _ in range(5))
    codes = [code for _ in range(5) for code in new_recovery_codes()]
    assert len(set(codes)) == 50


def test_a_recovery_code_is_known_however_it_was_typed() -> None:
    code = new_recovery_codes()[0]
    kept = recovery_digest(code)
    assert kept is not None
    assert kept == digest(code.replace("-", ""))
    assert recovery_digest(f" {code.lower().replace('-', ' ')}") == kept
    for other in ("", "123456", code[:-1], code + "A", code.replace("-", "_")):
        assert recovery_digest(other) is None


def test_the_address_for_the_app_names_the_office_and_the_user() -> None:
    address = key_address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "sari", "Kentongan Kota Arunika")
    assert address.startswith("otpauth://totp/Kentongan%20Kota%20Arunika:sari?")
    assert "secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" in address


def test_a_seal_opens_for_its_owner_its_purpose_and_its_key_alone() -> None:
    seal = Seal("k" * 32, "one")
    sealed = seal.close("rahasia", b"sari")
    assert b"rahasia" not in sealed
    assert seal.open(sealed, b"sari") == "rahasia"
    assert seal.close("rahasia", b"sari") != sealed
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, held, owner in (
        (seal, sealed, b"tono"),
        (Seal("k" * 32, "two"), sealed, b"sari"),
        (Seal("l" * 32, "one"), sealed, b"sari"),
        (seal, damaged, b"sari"),
        (seal, b"", b"sari"),
        (seal, sealed[:12], b"sari"),
    ):
        with pytest.raises(SealBroken):
            other.open(held, owner)
