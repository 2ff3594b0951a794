"""What may be saved as a search, and when one that names a candidate ends."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kentongan.errors import BadInput, FormatError
from kentongan.region import read_region
from kentongan.saved import Topic, Wanted, read_topics
from pipeline.saving import MAX_VALUES, Rules, check_wanted, read_rules, standing_of
from search.index import Document, Kind
from search.percolate import Percolator
from search.query import MAX_LEAVES, understand

ZONE = ZoneInfo("Asia/Jakarta")
REGION = read_region("arunika")
TOPICS = {topic.id: topic for topic in read_topics()}
# One lawful sentence of each topic: press, invitation or service, nothing to be flagged.
LAWFUL = {
    "netralitas-asn": "Sekda mengingatkan ASN tetap netral menjelang pemungutan suara.",
    "apk-penempatan": "Satpol PP melepas baliho yang dipasang di pohon dan trotoar.",
    "dpt-perbatasan": "KPU memeriksa daftar pemilih warga yang sudah meninggal.",
    "logistik-pemilu": "Truk pembawa surat suara tiba di gudang dengan pengawalan.",
    "fasilitas-pemerintah": "Camat mengingatkan kantor lurah tidak dipakai untuk kampanye.",
    "rumah-ibadah-kampanye": "Pengurus masjid menolak kampanye di halaman.",
    "keamanan-tps": "Petugas TPS pingsan karena lelah, dirawat di puskesmas.",
    "banjir-cuaca": "Banjir menggenangi jalan ke TPS, pemungutan suara diundur sejam.",
    "politik-uang": "Bawaslu mengajak warga melaporkan serangan fajar.",
    "kampanye-hitam": "Panwascam menerima laporan selebaran tanpa nama tentang seorang paslon.",
    "sara-identitas": "Tokoh lintas agama mengajak warga memilih pemimpin dengan hati tenang.",
    "hoaks-tahapan": "KPU menegaskan kabar pemungutan suara ditunda itu hoaks.",
    "surat-edaran-palsu": "Diskominfo menyatakan surat edaran yang beredar itu palsu.",
    "konflik-warga": "Unjuk rasa warga di depan balai kota berlangsung tertib.",
    "rumah-ibadat-sengketa": "FKUB menengahi penolakan izin sebuah gereja.",
    "kesehatan-petugas": "Petugas KPPS mendapat vitamin dan cek kesehatan.",
}


def document(text: str) -> Document:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Document("1", Kind.ITEM, "", text, "", "warta", "news", at)


def matches(topic: Topic, text: str) -> bool:
    return bool(Percolator([(topic.id, standing_of(topic.wanted, ZONE))]).match(document(text)))


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    (tmp_path / "sasaran.yaml").write_text(
        "candidates:\n"
        "  - {name: Suci Ranggawarsita, aliases: [Bu Suci, Suci], office: wali kota, until: 2024-12-31}\n"
        "  - {name: Raka Sudirja, office: wali kota, until: 2024-11-27}\n"
    )
    return read_rules(REGION, tmp_path)


def day(*parts: int) -> datetime:
    return datetime(*parts, 5, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("key", sorted(TOPICS))
def test_a_topic_is_read_whole_and_may_be_saved(key: str) -> None:
    wanted = TOPICS[key].wanted
    said = understand(wanted.query)
    assert "…" not in said.line, f"more than {MAX_LEAVES} terms"
    assert check_wanted(wanted, ZONE) == wanted
    assert wanted.route


@pytest.mark.parametrize("key", sorted(TOPICS))
def test_a_topic_finds_lawful_news_of_it_and_nothing_of_another_matter(key: str) -> None:
    assert matches(TOPICS[key], LAWFUL[key])
    assert not matches(TOPICS[key], "Resep sambal terasi dan ikan bakar untuk akhir pekan.")


def test_there_is_a_lawful_example_of_each_of_the_sixteen_topics() -> None:
    assert sorted(LAWFUL) == sorted(TOPICS)
    assert len(TOPICS) == 16


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("banjir-cuaca", "Banjir diskon di jalan raya Mekarjaya"),
        ("netralitas-asn", "ASN dukung program tanam pohon, lurah hadir"),
        ("konflik-warga", "Konser musik dipadati massa dan warga"),
        ("politik-uang", "Warga diminta melapor NPWP untuk pajak"),
    ],
)
def test_a_topic_leaves_out_what_only_sounds_like_it(key: str, text: str) -> None:
    assert not matches(TOPICS[key], text)


def test_no_topic_names_a_candidate_or_a_party() -> None:
    assert all(read_rules(REGION, Path("/nowhere")).named(t.wanted) == () for t in TOPICS.values())


@pytest.mark.parametrize(
    "query",
    [
        "suci ranggawarsita",
        "SUCI RANGGAWARSITA korupsi",
        '"Suci Ranggawarsita"',
        "ranggawarsita suci",
        "suci OR ranggawarsita",
        "banjir (Bu Suci OR posko)",
        "suci*",
        "ranggawar* suc*",
        "bu suci",
        "sucinya ranggawarsitanya",
        "su* rang*",
    ],
)
def test_a_candidate_is_named_however_the_query_is_written(rules: Rules, query: str) -> None:
    assert [t.name for t in rules.named(Wanted("x", query))] == ["Suci Ranggawarsita"]


@pytest.mark.parametrize(
    "query", ["banjir", "raka", "calon wali kota", "-suci banjir", "su*", "PDI Perjuangan"]
)
def test_what_names_nobody_has_no_end(rules: Rules, query: str) -> None:
    assert rules.ends_at(Wanted("x", query), day(2024, 10, 1)) is None


def test_a_title_names_a_candidate_too(rules: Rules) -> None:
    assert rules.ends_at(Wanted("Tentang Raka Sudirja", "banjir"), day(2024, 10, 1)) is not None


@pytest.mark.parametrize(
    ("query", "at", "last"),
    [
        ("Suci Ranggawarsita", day(2024, 10, 1), "2024-11-23"),  # the campaign ends
        ("Suci Ranggawarsita", day(2024, 11, 25), "2024-11-26"),  # the quiet days end
        ("Suci Ranggawarsita", day(2024, 11, 27), "2024-12-16"),  # counting ends
        ("Raka Sudirja", day(2024, 11, 27), "2024-11-27"),  # his own last day comes first
        ("Suci Ranggawarsita OR Raka Sudirja", day(2024, 12, 1), "2024-11-27"),  # the first of two
        ("Suci Ranggawarsita", day(2024, 9, 1), "2024-12-31"),  # no stage has begun: her own last day
    ],
)
def test_it_ends_with_the_stage_or_with_the_candidate_whichever_is_first(
    rules: Rules, query: str, at: datetime, last: str
) -> None:
    ends = rules.ends_at(Wanted("x", query), at)
    assert ends is not None
    local = ends.astimezone(rules.zone)
    assert (local.hour, local.minute) == (0, 0)
    assert str(datetime.fromtimestamp(ends.timestamp() - 1, rules.zone).date()) == last


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("", "banjir"), "title: is missing"),
        (Wanted("x", ""), "query: asks for nothing"),
        (Wanted("x", "()"), "query: asks for nothing"),
        (Wanted("x", "@akun_warga"), "query: asks for an account"),
        (Wanted("x", "081234567890"), "query: asks for an account"),
        (Wanted("x", '"@akun_warga" banjir'), "query: asks for an account"),
        (Wanted("x", "banjir OR (jalan -warga@contoh.example)"), "query: asks for an account"),
        (Wanted("x", "banjir 0812 3456 7890"), "query: asks for an account"),
        (Wanted("x", "sumber:081234567890"), "query: asks for an account"),
        (Wanted("x", 'tempat:"@akun_warga"'), "query: asks for an account"),
        (Wanted("x", "BN 1234 XY"), "query: asks for an account"),
        (Wanted("x", "https://wa.me/6281234567890"), "query: asks for an account"),
        (Wanted("x", "banjir", {"place": ("0812-3456-7890",)}), "query: asks for an account"),
        (Wanted("x" * 121, "banjir"), "title: longer than 120"),
        (Wanted("x", "b" * 501), "query: longer than 500"),
        (Wanted("x", "banjir", {"author": ("budi",)}), "filter author: no such field"),
        (Wanted("x", "banjir", {"source": tuple(map(str, range(MAX_VALUES + 1)))}), "source: at most 50"),
    ],
)
def test_what_will_not_do_is_refused_by_its_field(wanted: Wanted, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        check_wanted(wanted, ZONE)


@pytest.mark.parametrize(
    "query",
    [
        "klaim:01920812-0812-7345-8789-081234567890",
        "sejak:2025-08-01 sampai:27/8/2025 banjir",
        "tanggal:2025-08-27 harga @12.000",
        "Rp 62.812.345.678 dana hibah",
        "https://kabar.example/2025/08/27/banjir-20250827123456",
        "TPS 08 RT 02 RW 05",
    ],
)
def test_what_only_looks_like_a_number_of_a_person_may_be_saved(query: str) -> None:
    assert check_wanted(Wanted("x", query), ZONE).query == query


def test_what_is_kept_is_tidy() -> None:
    asked = Wanted(" Banjir \n besar ", "  banjir   jalan ", {"label": ("hoax", " hoax ", ""), "state": ()})
    assert check_wanted(asked, ZONE) == Wanted("Banjir besar", "banjir jalan", {"label": ("hoax",)})


def test_no_personal_data_is_kept_beside_the_query() -> None:
    asked = Wanted("Banjir 081234567890", "banjir", route="@akun_warga", note="tanya 081234567890")
    kept = check_wanted(asked, ZONE)
    assert not {"081234567890", "@akun_warga"} & {*kept.title.split(), kept.route, *kept.note.split()}


def test_filters_alone_are_enough() -> None:
    assert check_wanted(Wanted("x", "", {"label": ("hoax",)}), ZONE).filters == {"label": ("hoax",)}


def test_a_bad_file_of_the_deployment_is_named(tmp_path: Path) -> None:
    (tmp_path / "tahapan.yaml").write_text("stages: [{election: A}]\n")
    with pytest.raises(FormatError, match=r"tahapan\.yaml, line 1: stages\[1\]\.stage: is missing"):
        read_rules(REGION, tmp_path)
