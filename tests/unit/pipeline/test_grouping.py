"""Which texts count as the same claim."""

from hypothesis import given
from hypothesis import strategies as st

from kentongan.domain import ClaimId, ItemId
from kentongan.ids import new_id
from kentongan.store.conveyor import Candidate
from pipeline.grouping import SAME_CLAIM, choose_claim, kept_runs, likeness, word_runs

CHAIN = (
    "INFO A1 dari orang dalam: besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena "
    "surat suara sudah dicoblos duluan. Sebarkan ke semua grup sebelum pesan ini dihapus."
)
RELEASE = " ".join(f"kalimat rilis nomor {n} tentang rapat koordinasi pemkot bagian {n}" for n in range(40))


def candidate(text: str) -> Candidate:
    return Candidate(ItemId(new_id()), ClaimId(new_id()), "", text)


def test_a_copy_with_greetings_around_it_is_the_same_claim() -> None:
    copy = candidate(f"Assalamualaikum bapak ibu grup RT. {CHAIN} Terima kasih, mohon diteruskan ya.")

    assert choose_claim(word_runs(CHAIN), [copy]) == copy.claim_id


def test_a_release_cut_in_half_is_the_same_claim() -> None:
    half = candidate(RELEASE[: len(RELEASE) // 2])

    assert choose_claim(word_runs(RELEASE), [half]) == half.claim_id


def test_the_likest_candidate_wins_over_an_earlier_one() -> None:
    loose = candidate(
        CHAIN[: int(len(CHAIN) * 0.6)] + " dan hal lain yang tidak sama sekali dengan itu semua ya pak"
    )
    close = candidate(CHAIN + " Amin.")

    assert choose_claim(word_runs(CHAIN), [loose, close]) == close.claim_id


def test_another_text_about_the_same_thing_is_not() -> None:
    other = candidate(
        "KPU memastikan semua TPS di Kecamatan Mekarjaya buka sampai pukul tiga belas seperti biasa."
    )

    assert choose_claim(word_runs(CHAIN), [other]) is None


def test_a_very_short_text_joins_only_its_equal() -> None:
    short = word_runs("Selamat pagi semua warga")

    assert likeness(short, word_runs("selamat pagi semua warga!")) == 1.0
    assert likeness(short, word_runs(f"Selamat pagi semua warga. {CHAIN}")) < SAME_CLAIM


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_symmetric_and_a_share(a: str, b: str) -> None:
    left, right = word_runs(a), word_runs(b)

    assert likeness(left, right) == likeness(right, left)
    assert 0.0 <= likeness(left, right) <= 1.0


def test_both_sides_of_a_long_pair_keep_the_same_runs() -> None:
    whole = word_runs(" ".join(f"kata{n}" for n in range(1000)))
    part = word_runs(" ".join(f"kata{n}" for n in range(500)))

    assert kept_runs(whole) & part == kept_runs(part)
    assert 100 < len(kept_runs(whole)) < 400
