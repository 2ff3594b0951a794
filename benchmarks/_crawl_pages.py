"""Invented article pages of an invented outlet, without end: each from its number, the same every time.

Owns what an article says; leaves its HTML to `_crawl_html`. Texts are put together from so many pieces
that no two are near-duplicates. All people and places are invented.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from tests.invented_pages import HARI

OUTLET = "Kabar Arunika"
ZONE = "Asia/Jakarta"
FIRST = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)  # when page 0 was published; each next one nine minutes later
EVERY = timedelta(minutes=9)

_FORENAMES = (
    "Bram", "Laksmi", "Murni", "Bayu", "Sekar", "Damar", "Tirta", "Wulan", "Jaka", "Ratih", "Surya",
    "Kinanti", "Galih", "Puspa", "Raka", "Intan",
)  # fmt: skip
_SURNAMES = (
    "Kertapati", "Anindita", "Setyadi", "Wiranata", "Halimun", "Prabasari", "Tanuwijaya", "Selasih",
    "Mandala", "Pradipa", "Sanjaya",
)  # fmt: skip
_PLACE_KINDS = (
    "Telaga", "Lubuk", "Parit", "Sawah", "Gunung", "Pulau", "Tanjung", "Muara", "Bukit", "Padang", "Sungai",
    "Teluk",
)  # fmt: skip
_PLACE_NAMES = (
    "Wening", "Pandan", "Luhur", "Rindang", "Selasih", "Belida", "Tirta", "Kencana", "Merbau", "Cendana",
    "Ketapang",
)  # fmt: skip
PLACES = tuple(f"{kind} {name}" for kind in _PLACE_KINDS for name in _PLACE_NAMES)
_OFFICES = (
    "Dinas Pekerjaan Umum", "Dinas Kesehatan", "Dinas Pendidikan", "Dinas Perhubungan", "Dinas Perikanan",
    "Badan Penanggulangan Bencana", "Dinas Sosial", "Dinas Perdagangan", "Dinas Lingkungan Hidup",
    "Dinas Energi",
)  # fmt: skip
_ACTS = (
    "memperbaiki", "membuka kembali", "menutup sementara", "meresmikan", "mengawasi", "menata ulang",
    "membersihkan", "memperluas", "mendata", "menguji", "merawat", "menertibkan",
)  # fmt: skip
_THINGS = (
    "jembatan gantung", "saluran air", "pasar ikan", "puskesmas pembantu", "sekolah dasar", "dermaga rakyat",
    "jalan lingkar", "rumah pompa", "balai warga", "lapangan voli", "bendungan kecil", "terminal angkutan",
    "tempat pelelangan", "taman bermain", "gudang pupuk", "pembangkit tenaga surya", "posko kesehatan",
)  # fmt: skip
_REASONS = (
    "banjir merendam permukiman", "harga cabai naik tajam", "pasokan air bersih terganggu",
    "ratusan murid belajar di tenda", "nelayan kesulitan melaut", "antrean kendaraan mengular",
    "kabel tua sering terbakar", "sampah menumpuk berhari-hari", "kapal penumpang berkurang",
    "warga mengumpulkan tanda tangan", "tanggul retak di dua titik", "listrik padam setiap malam",
)  # fmt: skip
_SENTENCES = (
    "Kepala {office} Arunika, {person}, mengatakan {thing} di {place} itu makan {days} hari sejak {day}.",
    "Menurut {person}, pekerjaan di {place} menelan biaya Rp {money} juta dari anggaran perubahan.",
    "Warga {place} mengeluh karena {reason} sejak {days} hari terakhir dan belum ada kabar dari kelurahan.",
    '"Kami hanya ingin {thing} itu bisa dipakai lagi sebelum musim hujan," kata {person}, ketua RT {rt}.',
    "Data {office} mencatat {count} keluarga di {place} terdampak setelah {reason}.",
    "{person} menjelaskan bahwa petugas akan {act} {thing} di {place} secara bertahap mulai {day}.",
    "Sebanyak {count} orang bergotong royong {act} {thing} bersama petugas {office} dari pagi hingga sore.",
    "Di {place}, {reason} sehingga {thing} tidak dapat digunakan selama {days} hari.",
    "Lurah {place}, {person}, meminta warga bersabar karena bahan bangunan baru tiba pada {day} pekan depan.",
    "Anggota dewan dari daerah pemilihan {place} menilai {office} terlambat {act} {thing} tersebut.",
    "Pedagang bernama {person} kehilangan penghasilan sekitar Rp {money} ribu sehari akibat {reason}.",
    "Pemerintah kota menargetkan {thing} di {place} rampung dalam {days} hari kerja jika cuaca mendukung.",
    "Hasil pemeriksaan {office} menunjukkan {count} titik di {place} perlu penanganan lebih dulu.",
    "Sementara itu, {person} berharap langkah serupa dilakukan pula di {place} yang jarang diperhatikan.",
    "Perkara ini bermula ketika {reason}, lalu warga {place} melapor ke {office} pada {day}.",
)
_HEADLINES = (
    "{office} {act} {thing} di {place} Setelah {reason}",
    "Warga {place} Minta {thing} Segera Dibuka, {count} Keluarga Menunggu",
    "{thing} di {place} Rampung {days} Hari, Biayanya Rp {money} Juta",
    "Usai {reason}, {office} Turun ke {place}",
)
_CONTACT = " Laporan warga diterima {person} lewat nomor 0812-{a}-{b} pada jam kerja."  # masked in the record


@dataclass(frozen=True, slots=True)
class MadePage:
    """An article of the outlet."""

    number: int
    path: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def make_page(number: int) -> MadePage:
    """Return the page with this number, always the same."""
    chance = Random(number)
    title = teaser(chance)
    paragraphs = []
    for at in range(chance.randint(6, 16)):
        sentences = [_fill(chance, one) for one in chance.sample(_SENTENCES, chance.randint(2, 4))]
        said = " ".join(sentences)
        paragraphs.append(f"ARUNIKA, KabarArunika - {said}" if at == 0 else said)
    if number % 10 == 0:
        paragraphs[-1] += _fill(chance, _CONTACT)
    slug = "-".join(title.lower().replace(",", " ").split())
    return MadePage(
        number=number,
        path=f"/baca/{number}/{slug}",
        title=title,
        author=_person(chance),
        published_at=FIRST + number * EVERY,
        paragraphs=tuple(paragraphs),
    )


def _person(chance: Random) -> str:
    return f"{chance.choice(_FORENAMES)} {chance.choice(_SURNAMES)}"


def teaser(chance: Random) -> str:
    """Return the headline of some other article."""
    return _fill(chance, chance.choice(_HEADLINES)).title()


def sentence(chance: Random) -> str:
    """Return a sentence of some other article."""
    return _fill(chance, chance.choice(_SENTENCES))


def _fill(chance: Random, frame: str) -> str:
    return frame.format(
        office=chance.choice(_OFFICES), person=_person(chance), thing=chance.choice(_THINGS),
        place=chance.choice(PLACES), reason=chance.choice(_REASONS), act=chance.choice(_ACTS),
        day=chance.choice(HARI), days=chance.randint(2, 90), money=chance.randint(11, 990),
        count=chance.randint(12, 940), rt=f"{chance.randint(1, 19):02}", a=chance.randint(1000, 9999),
        b=chance.randint(1000, 9999),
    )  # fmt: skip
