"""Every engine finds by words in the same way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kentongan.errors import BadInput
from search.index import Document, Kind, Query, SearchIndex, Sort
from search.wider import also_some

Make = Callable[..., Document]


def found(index: SearchIndex, text: str, **query: object) -> set[int]:
    page = index.search(Query(text=text, limit=100, **query))  # type: ignore[arg-type]
    assert page.total == len(page.hits)
    return {int(hit.id.replace("-", ""), 16) for hit in page.hits}


@pytest.fixture
def filled(search_index: SearchIndex, make_document: Make, noise: list[Document]) -> SearchIndex:
    rows = [
        make_document(1, "Banjir di Arunika", "Air bah melanda kampung hulu, tidak ada korban."),
        make_document(2, "Gempa di Arunika", "Warga merasakan gempa kecil; hoax soal tsunami beredar."),
        make_document(3, "Wali Kota menjawab", "Surat suara sudah tercoblos adalah hoaks, kata wali kota."),
        make_document(4, "Kota dan wali", "Banyak wali murid datang ke kota Arunika membawa surat."),
        make_document(5, "", "Jgn sebar hoaaaks banjir dan gempa, gak benar itu!"),
    ]
    search_index.put([*rows, *noise])
    return search_index


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("banjir", {1, 5}),
        ("banjir arunika", {1}),
        ("ARUNIKA Banjir", {1}),
        ('"wali kota"', {3}),
        ('"kota wali"', set()),
        ("wali kota", {3}),
        ("walikota", {3}),
        ("wali", {3, 4}),
        ("arunika -banjir -kota -pasar", {2}),
        ('surat -"wali kota"', {4}),
        ("banjir OR gempa", {1, 2, 5}),
        ("arunika banjir OR gempa", {1, 2}),
        ("(arunika banjir) OR tercoblos", {1, 3}),
        ("-(banjir OR kabar OR kota)", {2}),
        ("hoa*", {2, 3, 5}),
        ("tercob* surat", {3}),
        ("hoax", {2, 3, 5}),
        ("hoak", {2, 3, 5}),
        ('"hoax"', {2}),
        ("jangan sebarkan", {5}),
        ("nggak benar", {5}),
        ("tidak", {1, 5}),
        ("menyebarkan hoaks", {5}),
        ("yang banjir di", {1, 5}),
        ("tidakadasamasekali", set()),
    ],
)
def test_words_find_exactly_the_rows_that_hold_them(
    filled: SearchIndex, typed: str, expected: set[int]
) -> None:
    assert found(filled, typed) == expected


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("yg", "yang"), ("gk ada", "tidak ada"), ("jgn percaya", "jangan percaya"), ("walkot", "wali kota"),
        ("Komisi Pemilihan Umum", "KPU"), ("pasangan calon", "paslon"), ("e-KTP", "KTP elektronik"),
        ("siape", "siapa"), ("siapo", "siape"), ("dimano", "di mana"), ("kecele", "tertipu"),
        ("bote'", "bohong"),
        ("orang2 datang", "orang datang"), ("hati²", "hati-hati"), ("desas-desus", "desas desus"),
        ("rumahnya roboh", "rumah roboh"), ("k4mpr3t", "kampret"), ("Jum'at", "jumat"),
        ("dak bise", "tidak bisa"),
        ("penyebaran", "disebarkan"), ("pemberitaan", "berita"), ("ditipu", "penipuan"),
    ],
)  # fmt: skip
def test_variants_of_a_word_count_as_the_word(
    search_index: SearchIndex, make_document: Make, noise: list[Document], written: str, typed: str
) -> None:
    search_index.put([make_document(1, text=f"Kata orang {written} begitu"), *noise])
    assert 1 in found(search_index, typed)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Bali", "bal"), ("Nila", "nil"), ("berikan", "ikan"), ("perikanan", "berikan"), ("Kutai", "kuta"),
        ("menteri", "teri"), ("Maluku", "malu"), ("kepala", "pala"), ("Melayu", "layu"), ("peluru", "luru"),
        ("tidak benar", "benar -tidak"), ("bukan hoaks", "hoaks -bukan"), ("sekolah", "seko"),
    ],
)  # fmt: skip
def test_names_and_words_that_only_look_derived_are_not_cut(
    search_index: SearchIndex, make_document: Make, noise: list[Document], written: str, typed: str
) -> None:
    search_index.put([make_document(1, text=f"Ada {written} di sana"), *noise])
    assert found(search_index, typed) == set()
    assert found(search_index, written) == {1}


def test_typed_fields_bind_in_english_and_indonesian(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    item = make_document(
        1,
        "Banjir",
        "air naik",
        labels=("hoax", "black_campaign"),
        stance="asserts",
        state="needs_verification",
        place=("Bukit Embun",),
        claim_id="abc-1",
        source="kabar-hulu",
    )
    other = make_document(2, "Banjir", "sumber kabar hulu: air naik di Bukit Embun", stance="reports")
    search_index.put([item, other, *noise])
    for typed in (
        "label:hoax",
        "label:hoaks banjir",
        "kategori:kampanye-hitam",
        "sumber:kabar-hulu",
        "SOURCE:Kabar-Hulu",
        "sikap:asserts",
        "status:perlu-verifikasi",
        'state:"needs verification"',
        'tempat:"bukit embun"',
        "klaim:abc-1",
        "banjir -sikap:reports",
        "label:hoax OR platform:post -sumber:derau",
    ):
        assert found(search_index, typed) == {1}, typed
    assert found(search_index, "label:tidakada") == set()
    assert found(search_index, "sumber:kabar-hulu OR sikap:memberitakan") == {1, 2}


@pytest.mark.parametrize("typed", ["author:budi", "akun:budi", "user:budi", "poster:budi"])
def test_nobody_can_be_searched_by_who_wrote(
    search_index: SearchIndex, make_document: Make, typed: str
) -> None:
    name = typed.partition(":")[0]
    search_index.put([make_document(1, text="banjir kata budi"), make_document(2, text=f"{name} budi")])
    assert found(search_index, typed) == {2}
    assert search_index.search(Query(typed)).understood == f"{name} budi"


@pytest.mark.parametrize("typed", ["@budi_santoso", "0812 3456 7890", "081234567890", "budi@contoh.example"])
def test_masked_personal_data_finds_nothing(
    search_index: SearchIndex, make_document: Make, typed: str
) -> None:
    text = "Hubungi NOMOR milik @USER atau EMAIL di 0812-3456-7890, kata @budi_santoso budi@contoh.example"
    search_index.put([make_document(1, text=text)])
    assert found(search_index, typed) == set()


def test_a_pasted_address_finds_its_item(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    search_index.put([make_document(1, url="https://www.kabar.example/a/banjir/"), *noise])
    assert found(search_index, "https://kabar.example/a/banjir") == {1}


def test_filters_are_any_within_a_field_and_all_between_fields(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    rows = [
        make_document(1, "air", source="a", state="new"),
        make_document(2, "air", source="b", state="new"),
        make_document(3, "air", source="b", state="noted"),
        make_document(4, "air", source="c", state="new"),
    ]
    search_index.put([*rows, *noise])
    assert found(search_index, "air", filters={"source": ["a", "b"], "state": ["new"]}) == {1, 2}
    assert found(search_index, "", filters={"source": ["B"]}) == {2, 3}
    assert found(search_index, "air", filters={"source": []}) == {1, 2, 3, 4}
    with pytest.raises(BadInput, match="author"):
        search_index.search(Query("air", filters={"author": ["budi"]}))


def test_kinds_and_dates_and_exclusions_bind(search_index: SearchIndex, make_document: Make) -> None:
    rows = [make_document(n, "air") for n in range(1, 5)]
    check = make_document(5, "air", kind=Kind.FACT_CHECK)
    search_index.put([*rows, check])
    assert found(search_index, "air") == {1, 2, 3, 4}
    assert found(search_index, "air", kind=Kind.FACT_CHECK) == {5}
    assert found(search_index, "air", kind=None) == {1, 2, 3, 4, 5}
    between = {"since": rows[1].published_at, "until": rows[3].published_at}
    for text in ("air", ""):
        assert found(search_index, text, **between) == {2, 3}
        assert found(search_index, text, exclude=frozenset({rows[0].id})) == {2, 3, 4}


def test_a_word_in_the_title_comes_before_one_in_the_text(
    search_index: SearchIndex, make_document: Make, noise: list[Document], needs: Callable[[str], None]
) -> None:
    in_text = make_document(1, "Kabar pagi ini dari hulu", "Banjir melanda kampung di tepi sungai")
    in_title = make_document(2, "Banjir melanda pagi ini", "Kabar dari hulu, kampung di tepi sungai")
    search_index.put([in_text, in_title, *noise])
    hits = search_index.search(Query("banjir")).hits
    assert [hit.id for hit in hits] == [in_title.id, in_text.id]
    assert hits[0].score > hits[1].score


def test_the_spelling_typed_comes_before_its_variants(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    search_index.put(
        [make_document(1, "", "kabar hoaks lagi"), make_document(2, "", "kabar hoax lagi"), *noise]
    )
    ordered = [int(hit.id[-2:]) for hit in search_index.search(Query("hoax")).hits]
    assert ordered == [2, 1]


def test_without_words_the_newest_come_first(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put([make_document(n, "air", priority=float(n % 3)) for n in range(1, 7)])

    def order(sort: Sort, text: str) -> list[int]:
        return [int(hit.id[-2:]) for hit in search_index.search(Query(text, sort=sort)).hits]

    assert order(Sort.RELEVANCE, "") == order(Sort.NEWEST, "air") == [6, 5, 4, 3, 2, 1]
    assert order(Sort.OLDEST, "air") == order(Sort.OLDEST, "") == [1, 2, 3, 4, 5, 6]
    assert order(Sort.PRIORITY, "air") == order(Sort.PRIORITY, "") == [5, 2, 4, 1, 6, 3]


def test_facets_count_every_matching_row(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    rows = [
        make_document(1, "air", labels=("hoax", "black_campaign"), place=("Hulu", "Hilir"), source="a"),
        make_document(
            2,
            "air",
            labels=("hoax",),
            place=("Hulu",),
            source="b",
            stance="asserts",
            stage=("pilkada 2024", "masa tenang"),
        ),
        make_document(3, "air", source="b", stage=("masa tenang",)),
    ]
    search_index.put([*rows, *noise])
    page = search_index.search(Query("air", facets=True, limit=1))
    assert page.total == 3
    assert page.facets == {
        "label": {"hoax": 2, "black_campaign": 1},
        "stance": {"asserts": 1},
        "state": {},
        "source": {"b": 2, "a": 1},
        "platform": {"news": 3},
        "place": {"Hulu": 2, "Hilir": 1},
        "stage": {"masa tenang": 2, "pilkada 2024": 1},
    }
    assert list(page.facets["source"]) == ["b", "a"]
    assert search_index.search(Query("air")).facets == {}


def test_an_apostrophe_alone_is_no_word(search_index: SearchIndex, make_document: Make) -> None:
    search_index.put(
        [make_document(1, "ʼ", "air ʼ bah"), make_document(2, "", "air"), make_document(3, "", "ʼ")]
    )
    assert found(search_index, '"air ʼ bah"') == found(search_index, '"air bah"') == {1}
    assert found(search_index, "air ʼ") == found(search_index, "air") == {1, 2}
    pieces = search_index.search(Query('"air bah"')).hits[0].snippet
    assert [piece for piece, matched in pieces if matched] == ["air ʼ bah"]


def test_snippets_are_plain_pieces_of_hostile_text(search_index: SearchIndex, make_document: Make) -> None:
    hostile = "<script>alert('banjir')</script> & banjirku <b>Banjir</b> \"></mark> " + "isi lain " * 60
    search_index.put([make_document(1, "<i>judul</i>", hostile)])
    hit = search_index.search(Query("banjir")).hits[0]
    assert hit.title == "<i>judul</i>"
    joined = "".join(piece for piece, _ in hit.snippet)
    assert joined.removesuffix(" …") in hostile
    assert [piece for piece, matched in hit.snippet if matched] == ["banjir", "banjirku", "Banjir"]


def test_a_hit_carries_what_was_put_to_the_microsecond(
    search_index: SearchIndex, make_document: Make
) -> None:
    put = make_document(1, "air", "isi", labels=("hoax",), state="new", stance="asserts", claim_id="k")
    moment = put.published_at.replace(microsecond=123_457)
    put = make_document(1, "air", "isi", labels=("hoax",), state="new", stance="asserts", claim_id="k",
                        published_at=moment)  # fmt: skip
    search_index.put([put])
    hit = search_index.search(Query("air")).hits[0]
    assert (hit.id, hit.kind, hit.url, hit.source, hit.platform) == (
        put.id, put.kind, put.url, put.source, put.platform,
    )  # fmt: skip
    assert (hit.published_at, hit.labels, hit.state, hit.stance, hit.claim_id) == (
        moment, ("hoax",), "new", "asserts", "k",
    )  # fmt: skip


def test_some_of_the_words_follow_where_few_hold_them_all(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    both, one, other, without = (
        make_document(1, text="banjir merendam gudang logistik"),
        make_document(2, text="banjir di hulu"),
        make_document(3, text="gudang logistik dibuka", platform="post"),
        make_document(4, text="banjir vaksin"),
    )
    search_index.put([both, one, other, without, *noise])
    asked = Query("banjir logistik -vaksin")
    page = search_index.search(asked)
    assert [hit.id for hit in page.hits] == [both.id]
    some = also_some(search_index, asked, page)
    assert some is not None
    assert {hit.id for hit in some.hits} == {one.id, other.id}
    assert (some.total, some.understood) == (2, "(banjir OR logistik) -vaksin")
    filtered = replace(asked, filters={"platform": ["post"]})
    left = also_some(search_index, filtered, search_index.search(filtered))
    assert left is not None
    assert [hit.id for hit in left.hits] == [other.id]
    for other_way in (Query("banjir"), replace(asked, sort=Sort.NEWEST), Query("banjir OR logistik")):
        assert also_some(search_index, other_way, search_index.search(other_way)) is None


def test_some_of_the_words_keep_the_days_that_were_typed(
    search_index: SearchIndex, make_document: Make, noise: list[Document]
) -> None:
    search_index.put([make_document(1, text="banjir di hulu"), *noise])
    asked = Query("banjir rob sejak:2020")
    some = also_some(search_index, asked, search_index.search(asked))
    assert some is not None
    assert some.understood == "(banjir OR rob) since:2020-01-01"
