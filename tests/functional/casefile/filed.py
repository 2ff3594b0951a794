"""A data folder with one case in it, made by real crawls; exporting it, and taking the export apart."""

import io
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import pytest

from kentongan.domain import Decision, ItemId
from kentongan.incidents import Incident, PartKind
from kentongan.region import read_region
from kentongan.store import Store, open_store
from pipeline.casefile.attachments import Attachments
from pipeline.casefile.custody import Order
from pipeline.casefile.export import Exporter
from tests.factories import make_user
from tests.functional.crawl_sites import database_url

REGION = read_region("arunika")
ZONE = ZoneInfo("Asia/Jakarta")
SCAN = b"%PDF-1.7\n" + bytes(range(256)) * 40
POST = """<html><body><div class="tgme_widget_message" data-post="pasar/7"><div class="tgme_widget_message_text">
Sebarkan! Pasar ditutup besok, hubungi 0812-3456-7890</div></div></body></html>"""


def as_it_is(address: str) -> str:
    return address


@dataclass
class Filed:
    """A data folder with one case: two articles of the same bytes, one of them edited, a post, and more."""

    home: Path
    number: str

    def store(self) -> Store:
        return open_store(database_url(self.home))


def fill(store: Store, home: Path, items: list[ItemId], handed: ItemId) -> Incident:
    user, parts = make_user(store), store.incident_parts
    incident = store.incidents.open(user.id, "Isu pasar ditutup 🔥 <b>", "=1+1\nSejak “pagi”.", zone=ZONE)
    claim = store.items.view(items[2]).item.claim_id
    assert claim is not None
    store.reviews.decide(claim, user.id, Decision.WATCH, version_seen=1, note="Tunggu Disdag.")
    parts.add_claim(incident.id, user.id, claim, "Pokok perkara")
    for item in (*items[:2], handed):
        parts.add_item(incident.id, user.id, item)
    parts.add_note(incident.id, user.id, '=HYPERLINK("http://x") kata المسجد')
    parts.add_clarification(
        incident.id,
        user.id,
        url="https://disdag.example/1",
        publisher="Disdag Arunika",
        published_on=date(2026, 3, 2),
    )
    for name, content in (("surat edaran “asli”.pdf", SCAN), ("salah.txt", b"salah unggah")):
        kept = Attachments(home).keep(io.BytesIO(content), name)
        file = parts.add_file(incident.id, user.id, name=kept.name, sha256=kept.sha256, size=kept.size)
    parts.remove(incident.id, user.id, PartKind.FILE, file.id, "Salah unggah")
    return incident


def export(filed: Filed, path: Path, at: datetime | None = None) -> None:
    store = filed.store()
    exporter = Exporter(store, filed.home, REGION, as_it_is)
    if at is None:
        exporter.to_file(filed.number, path, Order("sari", "Bawaslu Arunika", "Surat tugas 12/2026"))
    else:
        with path.open("w+b") as target:
            exporter.write(filed.number, target, Order("sari"), at)
    store.close()


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def run(program: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} on this machine")
    return subprocess.run([found, *words], cwd=cwd, capture_output=True, text=True, timeout=60)
