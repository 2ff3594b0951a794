"""The Indonesian of a report as it leaves the office; the pages have words of their own."""

from collections.abc import Mapping

from kentongan.reports.kinds import Field, Grade
from kentongan.reports.values import FactSection, Status, WrittenSection

STATUSES: Mapping[Status, str] = {
    Status.UNVERIFIED: "belum diverifikasi",
    Status.IN_VERIFICATION: "sedang diverifikasi",
    Status.REFUTED: "dibantah pihak luar",
    Status.MISLEADING: "menyesatkan menurut pihak luar",
    Status.UNPROVEN: "tidak terbukti",
    Status.TRUE: "benar menurut pihak luar",
    Status.SATIRE: "satire",
    Status.DENIED: "bantahan pihak terkait, belum diuji pihak independen",
    Status.PRESS: "pemberitaan; karya pers tidak dinilai di sini",
    Status.COUNTED: "dihitung dari rekaman sistem",
    Status.FIELD_TRUE: "benar menurut petugas di tempat, belum diuji pihak luar",
    Status.FIELD_NOT_TRUE: "tidak benar menurut petugas di tempat, belum diuji pihak luar",
}
GRADES: Mapping[Grade, str] = {Grade.ORDINARY: "BIASA", Grade.RESTRICTED: "TERBATAS"}
FIELDS: Mapping[Field, str] = {
    Field.IDEOLOGY: "ideologi",
    Field.POLITICS: "politik",
    Field.ECONOMY: "ekonomi",
    Field.SOCIETY: "sosial budaya",
    Field.ORDER: "ketenteraman dan ketertiban",
}
SECTIONS: tuple[tuple[FactSection | WrittenSection, str], ...] = (
    (WrittenSection.SUBJECT, "Perihal"),
    (FactSection.SOURCES, "Sumber dan nilai informasi"),
    (FactSection.FACTS, "Fakta (5W1H)"),
    (FactSection.SPREAD, "Sebaran"),
    (FactSection.DENIALS, "Bantahan atau klarifikasi"),
    (WrittenSection.ANALYSIS, "Analisa"),
    (WrittenSection.PREDICTION, "Prediksi"),
    (WrittenSection.STEPS, "Langkah yang sudah diambil"),
    (WrittenSection.ADVICE, "Saran"),
    (WrittenSection.COPIES, "Tembusan"),
)
"""In the order of DOMAIN 1.3."""
REWORDED = "kalimat disunting pembuat laporan"
DRAFT = "DRAF – belum ditandatangani"
CAUTION = (
    "Bahan keterangan, bukan putusan. Tanda dari mesin hanyalah petunjuk; karya pers dijawab lewat hak jawab "
    "dan hak koreksi."
)
