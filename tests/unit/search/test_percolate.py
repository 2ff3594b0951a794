"""A standing query matches a document exactly when the engine finds it by that query."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.embedded import EmbeddedIndex
from search.index import Document, Kind, Query
from search.percolate import Percolator, Standing, read_document, read_standing

START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = [
    "banjir", "kebanjiran", "rumah", "rumah-rumah", "walikota", "wali", "kota", "surat", "suara",
    "tercoblos", "mencoblos", "hoaks", "hoax", "jgn", "jangan", "yang", "tidak", "gak", "KPU", "komisi",
    "pemilihan", "umum", "paslon", "pendukung", "dukung", "Bali", "kembali", "orang2", "desas-desus",
    "bukunya", "C1", "masjid", "di", "ke", "dan", "TPS", "12", "kotak", "kosong", "ke2", "e-KTP",
    "jum'at", "Nila",
]  # fmt: skip
LABELS = ("hoax", "black_campaign", "identity_politics")
SOURCES = ("warta", "kanal-warga")


def make_document(number: int, title: str, text: str, kind: Kind = Kind.ITEM) -> Document:
    return Document(
        id=str(UUID(int=number + 1)),
        kind=kind,
        title=title,
        text=text,
        url=f"https://warta.example/{number % 7}",
        source=SOURCES[number % 2],
        platform=("news", "post", "factcheck")[number % 3],
        published_at=START + timedelta(hours=number),
        labels=LABELS[: number % 4],
        stance=("asserts", "reports", "")[number % 3],
        state=("new", "needs_verification")[number % 2],
        claim_id=str(UUID(int=900 + number % 5)),
        place=("00.00.01", "00.00.01.1001")[: number % 3],
        stage=("pilkada arunika 2024", "masa tenang")[: number % 3],
    )


def some_documents(count: int) -> list[Document]:
    chance = random.Random(11)
    return [
        make_document(
            number,
            " ".join(chance.choices(WORDS, k=chance.randrange(4))),
            " ".join(chance.choices(WORDS, k=chance.randrange(1, 9))),
            Kind.FACT_CHECK if number % 9 == 8 else Kind.ITEM,
        )
        for number in range(count)
    ]


DOCUMENTS = some_documents(240)
READ = {document.id: read_document(document) for document in DOCUMENTS}

word = st.sampled_from(WORDS)
leaf = st.one_of(
    word,
    st.lists(word, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    word.map(lambda w: f"{w[:3]}*"),
    st.sampled_from(
        ["label:hoax", "kategori:hoaks", "sejak:2024-01-05", "sampai:2024-01-07", "tahapan:\"masa tenang\"", "sumber:kanal-warga", "state:new", "tempat:00.00.01", "@akun_rahasia",
         "https://warta.example/3", "platform:news", "kind:fact_check", "0812 3456 7890", '"@akun_rahasia"']
    ),
)  # fmt: skip
typed = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(" ".join),
        st.lists(inner, min_size=2, max_size=4).map(" OR ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"-({text})"),
    ),
    max_leaves=8,
)
filters = st.dictionaries(
    st.sampled_from(["label", "source", "state", "place", "stage"]),
    st.lists(
        st.sampled_from(["hoax", "warta", "new", "00.00.01", "Black-Campaign", "Masa Tenang"]), max_size=2
    ),
    max_size=2,
)


def standing(text: str, chosen: Mapping[str, Sequence[str]] | None = None) -> Standing:
    return read_standing(Query(text, filters=chosen or {}))


def found_by(index: EmbeddedIndex, text: str, chosen: Mapping[str, Sequence[str]] | None = None) -> set[str]:
    return {hit.id for hit in index.search(Query(text, filters=chosen or {}, limit=1_000)).hits}


def matched(text: str, document: Document) -> bool:
    return Percolator([("it", standing(text))]).match(document) == ["it"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(tmp_path_factory.mktemp("percolate") / "index")
    made.prepare()
    made.put(DOCUMENTS)
    yield made
    made.close()


@settings(max_examples=300, deadline=None)
@given(text=typed, chosen=filters)
def test_what_a_query_matches_is_what_the_engine_finds(
    index: EmbeddedIndex, text: str, chosen: Mapping[str, Sequence[str]]
) -> None:
    test = standing(text, chosen).test()
    assert {key for key, read in READ.items() if test(read)} == found_by(index, text, chosen)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(typed, min_size=1, max_size=12))
def test_no_query_is_passed_over_among_many(texts: list[str]) -> None:
    queries = [standing(text) for text in texts]
    tests = [query.test() for query in queries]
    together = Percolator(enumerate(queries))
    for document in DOCUMENTS[::12]:
        read = READ[document.id]
        assert together.match(document) == [n for n, test in enumerate(tests) if test(read)]


@settings(max_examples=12, deadline=None)
@example(said=[("", "ʼ"), ("ʼ", "air ʼ bah")], text="ʼ")  # an apostrophe that counts as a letter
@given(
    said=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=40)), min_size=1, max_size=5),
    text=st.text(max_size=30),
)
def test_whatever_is_written_and_typed_both_agree(said: list[tuple[str, str]], text: str) -> None:
    documents = [make_document(n, title, body) for n, (title, body) in enumerate(said)]
    queries = [text, *(f'"{body}"' for _, body in said), *(title for title, _ in said)]
    with TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder) / "index")
        index.prepare()
        index.put(documents)
        for query in queries:
            assert {d.id for d in documents if matched(query, d)} == found_by(index, query), query
        index.close()


@pytest.mark.parametrize("text", ["@akun_rahasia", "081234567890", '"@akun_rahasia" banjir', "@satu OR @dua"])
def test_what_asks_for_a_masked_thing_matches_nothing_and_is_never_tried(text: str) -> None:
    together = Percolator([("it", standing(text))])
    for document in DOCUMENTS:
        assert together._candidates(READ[document.id]) == []


@pytest.mark.parametrize(
    ("text", "title", "body", "expected"),
    [
        ("kebanjiran", "", "Rumah banjir lagi", True),
        ('"rumah banjir"', "Rumah", "banjir di sini", False),  # not over the edge of title and text
        ('"rumah banjir"', "", "rumah-rumah banjir", True),
        ('"banjir rumah"', "", "rumah banjir", False),
        ("tercob*", "", "sudah tercoblos", True),
        ("coblos*", "", "sudah tercoblos", False),  # a prefix is of the word as it is written
        ("walikota", "", "Wali Kota hadir", True),
        ("kota", "", "Wali Kota hadir", True),
        ("banjir -rumah", "", "banjir di rumah", False),
        ("-rumah", "", "banjir di jalan", True),
        ("kind:fact_check", "", "banjir", False),
        ("hoaks", "", "ini HOAX!", True),
    ],
)
def test_one_document_is_told_as_expected(text: str, title: str, body: str, expected: bool) -> None:
    assert matched(text, make_document(0, title, body)) is expected


def test_only_queries_filed_under_what_a_document_says_are_tried() -> None:
    others = [(f"other {n}", standing(f"kata{n} (banjir OR rumah)")) for n in range(500)]
    together = Percolator([*others, ("it", standing("banjir rumah")), ("all but", standing("-gempa"))])
    document = make_document(0, "Banjir", "di rumah kami kata7")
    assert together.match(document) == ["other 7", "it", "all but"]
    tried = together._candidates(read_document(document))
    assert len(tried) == 3


def test_a_fact_check_is_no_hit_of_a_query_for_items() -> None:
    assert not matched("banjir", make_document(0, "", "banjir", Kind.FACT_CHECK))


def test_a_set_of_no_queries_matches_nothing() -> None:
    assert Percolator([]).match(DOCUMENTS[0]) == []
