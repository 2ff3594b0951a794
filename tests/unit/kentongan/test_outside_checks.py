"""Verdicts rest on a public page of somebody else; referrals say what they must."""

import pytest

from kentongan.domain import Verdict
from kentongan.errors import BadInput
from kentongan.outside_check import check_outside, spellings
from kentongan.referrals import Addressee, Rabat, Referral, check_referral, referral_of
from kentongan.verdicts import Basis, ClaimVerdict, Making, check_verdict, verdict_of

OWN = ["kentongan.arunika.example:8080", "192.0.2.9", "", "0.0.0.0"]


@pytest.mark.parametrize(
    "url",
    [
        "https://periksa.example/cek/1",
        "http://periksa.example:8080/a?b=c#d",
        "https://PERIKSA.example./",
        "https://8.8.8.8/cek",
        "https://[2001:4860:4860::8888]/cek",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
        "  https://periksa.example/  ",
    ],
)
def test_a_public_address_is_taken(url: str) -> None:
    assert check_outside(url, OWN) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "periksa.example/1", "//periksa.example", "javascript:alert(1)", "data:text/html,x",
        "ftp://periksa.example/", "file:///etc/passwd", "https://", "https:///x", "https://localhost/",
        "https://localhost.localdomain.local/", "http://kantor/", "http://server.lan/", "http://a.internal/x",
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
        "http://10.0.0.5/", "http://192.168.1.1/", "http://172.16.0.1", "http://169.254.169.254/latest",
        "http://100.64.0.1/", "http://0.0.0.0/", "http://224.0.0.1/", "http://[::1]/", "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[fc00::1]/", "http://[2002:7f00:1::]/", "http://[::1%25lo]/",
        "http://[::127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b:1::1]/", "http://[fec0::1]/",
        "https://ｋentongan。arunika.example/",
        "https://periksa.example@127.0.0.1/", "https://user:pass@periksa.example/", "https://a b.example/",
        "https://periksa.example\\@localhost/", "https://periksa.example/\nx", "https://periksa.example:99999/",
        "https://[::1", "https://-a.example/", "https://a..example/", "https://abc.onion/",
        "https://kentongan.arunika.example/claims/1", "https://x.kentongan.arunika.example/",
        "https://KENTONGAN.arunika.example.:8080/", "http://192.0.2.9/", "https://periksa.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_outside_check_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match=r"^url: "):
        check_outside(url, OWN)


@pytest.mark.parametrize(
    "kept",
    ["https://warta.example/a?id=7", "http://www.warta.example/a/?id=7", "https://WWW.Warta.example:443/a?id=7#x",
     "https://warta.example/a?utm_source=x&id=7&fbclid=1"],
)  # fmt: skip
def test_one_page_is_known_by_any_of_its_addresses(kept: str) -> None:
    assert "https://warta.example/a?id=7" in spellings(kept)
    assert "https://warta.example/a?id=8" not in spellings(kept)
    assert "https://warta.example/?id=7" not in spellings(kept)


GOOD = ClaimVerdict(Verdict.REFUTED, "https://periksa.example/1", "Periksa Arunika")


def test_a_verdict_names_who_checked_and_keeps_its_words() -> None:
    full = ClaimVerdict(
        Verdict.MISLEADING, " https://periksa.example/1 ", " Periksa Arunika ", Basis.COMPETENT_BODY,
        Making.FALSE_CONTEXT, " Foto lama. ",
    )  # fmt: skip
    checked = check_verdict(full)
    assert (checked.url, checked.publisher, checked.note) == (
        "https://periksa.example/1",
        "Periksa Arunika",
        "Foto lama.",
    )
    assert verdict_of(checked.as_content()) == checked
    assert checked.shown is Verdict.MISLEADING


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (ClaimVerdict(Verdict.REFUTED, "", "Periksa"), "url"),
        (ClaimVerdict(Verdict.REFUTED, GOOD.url, "  "), "publisher"),
        (ClaimVerdict(Verdict.REFUTED, GOOD.url, "x" * 201), "publisher"),
        (ClaimVerdict(Verdict.CLARIFICATION, GOOD.url, "Periksa"), "found"),
        (ClaimVerdict(Verdict.REFUTED, "https://arunika.go.id/1", "Kota"), "basis"),
        (ClaimVerdict(Verdict.REFUTED, "https://go.id/1", "Kota"), "basis"),
        (ClaimVerdict(Verdict.REFUTED, "https://arunika.ｇｏ.id/1", "Kota"), "basis"),
        (ClaimVerdict(Verdict.REFUTED, "https://arunika。go。id/1", "Kota"), "basis"),
        (ClaimVerdict(Verdict.REFUTED, GOOD.url, "Periksa", note="x" * 2001), "note"),
        (ClaimVerdict(None), "note"),
    ],
)
def test_a_verdict_without_its_ground_is_refused(verdict: ClaimVerdict, field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}: "):
        check_verdict(verdict)


def test_what_only_the_accused_body_says_is_shown_as_just_that() -> None:
    said = ClaimVerdict(Verdict.REFUTED, "https://arunika.go.id/1", "Kota Arunika", Basis.PARTY)
    assert check_verdict(said).shown is Verdict.CLARIFICATION
    assert ClaimVerdict(None, note="keliru").shown is None


CARD = dict.fromkeys(Rabat, "Jawaban.")


def test_a_referral_says_why_and_why_nothing_milder() -> None:
    referral = check_referral(Referral(Addressee.BAWASLU, " Alasan. ", " Perlu. ", rabat=CARD), hate=True)
    assert (referral.reason, referral.necessity) == ("Alasan.", "Perlu.")
    assert referral_of(referral.as_content()) == referral


@pytest.mark.parametrize(
    ("referral", "hate", "field"),
    [
        (Referral(Addressee.POLRI, "", "Perlu."), False, "reason"),
        (Referral(Addressee.POLRI, "Alasan.", " "), False, "necessity"),
        (Referral(Addressee.POLRI, "Alasan.", "Perlu."), True, "context"),
        (Referral(Addressee.POLRI, "Alasan.", "Perlu.", rabat=CARD | {Rabat.REACH: " "}), True, "reach"),
        (Referral(Addressee.POLRI, "Alasan.", "Perlu.", rabat={Rabat.CONTEXT: "x"}), False, "speaker"),
        (Referral(Addressee.POLRI, "x" * 2001, "Perlu."), False, "reason"),
        (Referral(Addressee.POLRI, "A", "B", rabat=CARD | {Rabat.INTENT: "x" * 2001}), True, "intent"),
    ],
)
def test_a_referral_with_something_missing_is_refused(referral: Referral, hate: bool, field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}: "):
        check_referral(referral, hate=hate)


def test_without_hatred_the_card_may_be_left_out() -> None:
    assert check_referral(Referral(Addressee.DISKOMINFO, "A", "B"), hate=False).rabat == {}


def test_the_police_come_last() -> None:
    assert next(iter(Addressee)) is Addressee.DISKOMINFO
    assert list(Addressee)[-1] is Addressee.POLRI
