"""Indonesian as people write it becomes the same terms."""

from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kentongan.text import normalise
from search.analysis import (
    _TOKEN,
    MAX_TERM_CHARACTERS,
    exact_form,
    exact_terms,
    fingerprint,
    is_stop_word,
    located_terms,
    read_terms,
    stem_terms,
    terms_of,
)
from search.derived import forms_of


def stems(text: str) -> list[str]:
    return stem_terms(exact_terms(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("menyebarkan disebarkan penyebaran tersebar", ["sebar"] * 4),
        ("hoax hoks HOAK h0ax hoaaaks hoaxnya", ["hoaks"] * 6),
        ("jgn yg gk nggak tdk", ["jangan", "yang", "tidak", "tidak", "tidak"]),
        ("ndak kada ora", ["tidak"] * 3),
        ("orang2 hati²", ["orang", "hati"]),
        ("orang-orang", ["orang"]),
        ("berlari-lari", ["lari"]),
        ("desas-desus", ["desas", "desus"]),
        ("rumahnya bacalah akupun buku", ["rumah", "baca", "saya", "buku"]),
        ("wali kota", ["walikota", "wali", "kota"]),
        ("Komisi Pemilihan Umum", ["kpu", "komisi", "pilih", "umum"]),
        ("covid19 h1n1 5g a1", ["covid", "h1n1", "5g", "a1"]),
        ("Jum'at ape’ dimane", ["jumat", "apa", "mana"]),
        ("café naïve", ["cafe", "naive"]),
        ("lah", ["lah"]),
        # chat spelling under a prefix, and with a clitic
        ("dipake ditangkep", ["pakai", "tangkap"]),
        ("tenggelem naek garem cabe telor", ["tenggelam", "naik", "garam", "cabai", "telur"]),
        ("chipnya KPUnya hoaksnya mbgnya", ["chip", "kpu", "hoaks", "mbg"]),
        # old and new spelling
        (
            "mesjid sholat ustadz adzan Qur'an al-Quran",
            ["masjid", "salat", "ustaz", "azan", "quran", "quran", "al"],
        ),
        ("ijin ijasah himbauan dirubah resiko", ["izin", "ijazah", "imbau", "ubah", "risiko"]),
        ("Cina Tiongkok", ["china", "china"]),
        ("Soekarno Soeharto Joko Widodo", ["sukarno", "suharto", "jokowi", "joko", "widodo"]),
        ("korona Covid-19", ["covid", "covid", "19"]),
        # the two cities: Bangka and Balikpapan
        ("ape siapo dimane kite agik aok pacak", ["apa", "siapa", "mana", "kita", "lagi", "iya", "bisa"]),
        ("bote bebulek kecele culas bungul", ["bohong", "bohong", "tipu", "curang", "bodoh"]),
        ("ulun ikam pian bubuhan", ["saya", "kamu", "anda", "kelompok"]),
        ("Pangkal Pinang", ["pangkalpinang", "pangkal", "pinang"]),
        ("Kutai Kartanegara", ["kukar", "kutai", "kartanegara"]),
    ],
)
def test_forms_of_a_word_share_a_stem(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


@pytest.mark.parametrize(
    ("family", "root"),
    [
        ("menolak ditolak penolakan nolak", "tolak"),
        ("mengejar dikejar pengejaran ngejar", "kejar"),
        ("memenangkan pemenang kemenangan", "menang"),
        ("memarahi dimarahi pemarah", "marah"),
        ("penembakan tembakan menembaki", "tembak"),
        ("mencapai pencapaian tercapai", "capai"),
        ("perusakan dirusak kerusakan", "rusak"),
        ("nyoblos pencoblosan tercoblos dicoblosin", "coblos"),
        ("dak ndak dag kada", "tidak"),
    ],
)
def test_a_family_has_one_stem_although_a_letter_melted_into_a_prefix(family: str, root: str) -> None:
    assert {stem for word in family.split() for stem in stems(word)} == {root}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("KPU", "Komisi Pemilihan Umum"), ("Bawaslu", "Badan Pengawas Pemilihan Umum"), ("paslon", "pasangan calon"),
        ("DPT", "daftar pemilih tetap"), ("DPTb", "daftar pemilih tambahan"), ("TPS", "tempat pemungutan suara"),
        ("KPPS", "kelompok penyelenggara pemungutan suara"), ("PSU", "pemungutan suara ulang"),
        ("coklit", "pencocokan dan penelitian"), ("quick count", "hitung cepat"), ("APK", "alat peraga kampanye"),
        ("ASN", "aparatur sipil negara"), ("PNS", "pegawai negeri sipil"), ("Polresta", "kepolisian resor kota"),
        ("Kesbangpol", "kesatuan bangsa dan politik"), ("FKUB", "forum kerukunan umat beragama"),
        ("MUI", "Majelis Ulama Indonesia"), ("Disdukcapil", "dinas kependudukan dan pencatatan sipil"),
        ("Kejari", "kejaksaan negeri"), ("Satpol PP", "satuan polisi pamong praja"), ("wawali", "wakil wali kota"),
        ("DPR", "dewan perwakilan rakyat"), ("BBM", "bahan bakar minyak"), ("MBG", "makan bergizi gratis"),
        ("loker", "lowongan kerja"), ("medsos", "media sosial"), ("ojol", "ojek daring"), ("LPG", "elpiji"),
        ("RS", "rumah sakit"), ("WNA", "warga negara asing"), ("link", "tautan"), ("hp", "handphone"),
    ],
)  # fmt: skip
def test_a_long_name_is_found_by_its_short_one_and_the_other_way_round(short: str, long: str) -> None:
    (one,), (other,) = read_terms(exact_terms(short)), read_terms(exact_terms(long))
    assert one.stem == other.stem


# The traps of sastrawi issue 23 and their like: what a naive stemmer makes of them stands right.
@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("bali", "bal"), ("nila", "nil"), ("berikan", "ikan"), ("kutai", "kuta"), ("maluku", "malu"),
        ("berau", "au"), ("perindo", "indo"), ("megawati", "gawat"), ("jokowi", "jokow"), ("kepala", "pala"),
        ("sekolah", "seko"), ("menteri", "teri"), ("materi", "mater"), ("melayu", "layu"),
        ("merdeka", "rdeka"),
        ("berita", "ita"), ("menilai", "ila"), ("menipu", "ipu"), ("mengatakan", "ata"), ("pegawai", "gawa"),
        ("toboali", "toboal"), ("balikpapan", "balikpap"), ("kalimantan", "kalimant"), ("sepaku", "sepa"),
        ("perempuan", "empu"), ("selatan", "selat"), ("peluru", "luru"), ("mereka", "reka"),
    ],
)  # fmt: skip
def test_names_and_derived_looking_words_are_protected(word: str, wrong: str) -> None:
    assert stems(word) != [wrong]
    assert stems(f"{word}nya") == stems(word)


# What they would become, and why that matters: a search for the one would bring the other.
@pytest.mark.parametrize(
    ("word", "other", "because"),
    [
        ("bali", "bal", "an island"), ("nila", "nil", "a fish, and a name"), ("berikan", "ikan", "give, not fish"),
        ("mekanik", "kanik", "borrowed, no me-"), ("mukhlis", "khlis", "a name, no mu-"), ("penilai", "nila", "from nilai"),
        ("kepada", "pada", "a preposition of its own"), ("tetapi", "tetap", "but; not fixed"),
        ("masalah", "masa", "a problem; not time"), ("ketua", "tua", "who leads; not old"),
        ("keluarga", "luar", "a family; not outside"), ("keluar", "luar", "to go out; luar negeri is abroad"),
        ("pemilu", "pilu", "a short name; not sorrow"), ("kejari", "kejar", "a prosecutor; not to chase"),
        ("terapi", "api", "a cure; not fire"), ("perdana", "dana", "first; not funds"),
        ("perangkat", "angkat", "a device; not to lift"), ("meninggal", "tinggal", "to die; not to stay"),
        ("beruang", "uang", "a bear; not money"), ("peluang", "luang", "a chance"), ("lebaran", "lebar", "a feast; not wide"),
        ("permata", "mata", "a gem; not an eye"), ("gerai", "gerakan", "a shop; not a movement"),
        ("mengawali", "mengawal", "to begin; not to escort"), ("kekerasan", "keras", "violence"),
        ("kebakaran", "pembakaran", "a fire; not arson"), ("pakaian", "pakai", "clothes"),
        ("sosialisasi", "sosial", "telling people; not medsos"), ("kecamatan", "camat", "a district; not its head"),
        ("kelurahan", "lurah", "likewise"), ("keturunan", "turun", "descent; not to go down"),
        ("pemerintah", "perintah", "a government; not an order"), ("kelapa", "kepala", "a palm; not a head"),
        ("dibekukan", "dibekuk", "frozen; not caught"), ("kurasi", "dikuras", "a choice; not drained"),
        ("ukraina", "ukrain", "a country"), ("teheran", "heran", "a city"), ("bekasi", "bekas", "a city; not former"),
        ("kopi", "kop", "coffee; kop surat is a letterhead"), ("pertamina", "tamina", "a name"),
        ("hanya", "ha", "no clitic"), ("punya", "pu", "no clitic"), ("kenya", "ke", "a country"),
    ],
)  # fmt: skip
def test_words_that_only_look_alike_stay_apart(word: str, other: str, because: str) -> None:
    assert not set(stems(word)) & set(stems(other)), because


ORDINARY = """
    Pagi ini ibu lurah menyapa warga di halaman sekolah dasar dan SMA. Anak kecil itu membawa tas hitam, sepatu baru dan dua
    buku. Kasi Humas menjelaskan bahwa kawasan industri dan KEK tetap dibuka. Tinggi air 40 cm di jalan raya, kata petugas.
    PGI dan MUI mengajak umat berdoa bersama. Surat edaran dikirim lewat pos pada bulan Januari. Pelanggan spa di hotel
    itu merasa puas. Petani menanam cabai, jagung dan kacang di ladang. Ikan nila digoreng lalu dijual di pasar ikan.
    Dokter memberi obat kepada pasien yang demam. Wartawan menulis berita tentang harga beras. Kakek duduk di teras sambil
    minum kopi. Nelayan pulang membawa udang dan cumi. Gadis itu menari dengan selendang merah. Guru mengajar murid
    berhitung. Bendera dikibarkan di lapangan. Kucing tidur di atas kursi. Kereta berangkat dari stasiun tua. Tamu disambut
    kepala desa. Pemuda memperbaiki mesin pompa. Perahu berlayar menuju pulau kecil. Rapat membahas anggaran belanja.
    Penonton bertepuk tangan. Dana desa dipakai membangun jembatan. Masa tenang dimulai besok.
"""


def test_no_row_changes_a_word_of_ordinary_texts() -> None:
    for word in dict.fromkeys(exact_terms(ORDINARY)):
        (term,) = read_terms([word])
        assert term.word == word


def test_no_two_roots_claim_the_same_form_and_no_form_is_another_listed_word() -> None:
    lists = yaml.safe_load((files("search") / "language" / "stems.yaml").read_text(encoding="utf-8"))
    apart = {word for row in ("protected", "whole") for word in lists[row]} | set(lists["stems"])
    for root in lists["roots"]:
        assert root not in apart
        for form in forms_of(root):
            if form in apart:
                assert stems(form) == stems(form.removesuffix("nya"))
                assert stems(form) != [root] or form == root


@pytest.mark.parametrize("word", ["tidak", "bukan", "belum", "jangan", "dak", "kada", "gk", "tanpa"])
def test_a_negation_is_never_a_stop_word(word: str) -> None:
    assert not any(is_stop_word(term) for term in read_terms(exact_terms(word)))


def test_personal_data_is_never_a_term() -> None:
    terms = exact_terms("Hubungi @budi_santoso di 0812-3456-7890 atau budi@contoh.example")
    assert not {"budi", "santoso", "budi_santoso", "0812", "contoh"} & set(terms)


def test_located_terms_point_into_the_text_and_leave_links_out() -> None:
    text = "Hoaaaks! https://contoh.example/banjir wali-kota"
    found = list(located_terms(text))
    assert [(text[start:end], term) for start, end, term in found] == [
        ("Hoaaaks", "hoaks"), ("wali", "wali"), ("kota", "kota"),
    ]  # fmt: skip


def test_the_word_lists_are_sound() -> None:
    folder = files("search") / "language"
    variants = yaml.safe_load((folder / "variants.yaml").read_text(encoding="utf-8"))
    forms = [form for row in variants["forms"].values() for form in row]
    assert len(forms) >= 300
    assert all(isinstance(form, str) for form in forms), "quote words that YAML reads otherwise, as no"
    assert len(forms) == len(set(forms)), "a form stands in two rows"
    assert not set(forms) & set(variants["forms"]), "a form is canonical elsewhere"
    assert all(exact_terms(form) == form.split() for form in forms), "a form is not as exact terms are"
    assert all(exact_terms(word) == [word] for word in variants["forms"])
    lists = yaml.safe_load((folder / "stems.yaml").read_text(encoding="utf-8"))
    corrected = [word for stem, row in lists["stems"].items() for word in (stem, *row)]
    assert len(corrected) == len(set(corrected))
    kept = [*lists["protected"], *lists["whole"]]
    assert len(set(kept)) == len(kept) or set(lists["protected"]) & set(lists["whole"]) == set()
    assert not set(corrected) & set(kept)
    assert not set(lists["roots"]) & {*corrected, *kept}
    assert len(variants["forms"]) >= 300


def test_the_fingerprint_is_stable_within_a_version() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 16


@given(st.text(max_size=200))
def test_terms_are_plain_and_cover_what_was_read(text: str) -> None:
    exact = exact_terms(text)
    assert all(term.isalnum() or not term for term in exact)
    assert all(len(term) <= MAX_TERM_CHARACTERS for term in exact)
    terms = read_terms(exact)
    covered = [at for term in terms for at in range(term.start, term.end)]
    assert covered == list(range(len(exact)))
    assert all(" " not in stem for stem in stem_terms(exact))


@given(
    st.lists(
        st.sampled_from(["wali", "kota", "hoax", "orang", "orang2", "komisi", "pemilihan", "umum", "gk"])
    )
)
def test_a_word_typed_alone_is_found_where_it_was_written(words: list[str]) -> None:
    held = set(stem_terms(words))
    for word in words:
        (term,) = read_terms([word])
        assert term.stem in held


_PIECES = st.sampled_from(
    ["hoaaaks", "XXX", "jum'at", "wali", "kota", "orang", "orang2", "di", "mana", "dari", "pada", "0812", "3456", "7890",
     "&amp;", "&", "@budi", "Rp", "www.", "ａｂ", "é", "’", "`", "_", " ", " ", " ", "-", ".", "\n", "berlari", "lari"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=100), st.lists(_PIECES).map("".join)))
def test_the_quick_way_through_a_text_gives_what_the_plain_one_gives(text: str) -> None:
    plain = [exact_form(token) for token in _TOKEN.findall(normalise(text))]
    stemmed: list[str] = []
    for term in read_terms(plain):
        stemmed += [term.stem, *(part for part in term.parts if part != term.stem)]
    assert terms_of(text) == (plain, stemmed)
