"""`kentongan report`: reports of a real record from the terminal."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from sqlalchemy import text
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.reports.drafting import draft
from kentongan.reports.kinds import ReportKind, period_of
from kentongan.reports.rules import write_section
from kentongan.reports.values import Report, WrittenSection
from kentongan.store import Store, open_store
from tests.factories import make_user

ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    home.mkdir()
    opened = open_store(f"sqlite:///{home / 'record.db'}")
    yield opened
    opened.close()


@pytest.fixture
def command(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("KENTONGAN_HOME", str(home))
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(build_app(["report"]), ["report", *arguments])

    return run


def make_signed(store: Store) -> Report:
    user, period = make_user(store), period_of(ReportKind.DAILY, date(2026, 11, 30))
    content = draft(ReportKind.DAILY, "Kota Arunika", period, (), ZONE)
    for section in WrittenSection:
        content = write_section(content, section, f"Isi {section.value}.")
    report = store.reports.draft(user.id, ReportKind.DAILY, "", period, content)
    return store.reports.sign(report.id, user.id, version=1, zone=ZONE)


def test_a_report_is_listed_shown_and_written_to_files(command: Any, store: Store, tmp_path: Path) -> None:
    report = make_signed(store)
    (listed,) = json.loads(command("list", "--json").stdout)["reports"]
    assert (listed["number"], listed["sha256"]) == (report.number, report.sha256)
    shown = command("show", report.number).stdout
    assert "Isi analysis." in shown
    assert f"Terverifikasi: isi laporan masih menghasilkan SHA-256 {report.sha256}" in shown
    assert json.loads(command("show", report.number, "--json").stdout)["verified"] is True
    for form in ("docx", "pdf", "txt"):
        done = command("export", report.number, "--out", str(tmp_path / f"laporan.{form}"))
        assert done.exit_code == 0, done.output
    said = [p.text for p in Document(BytesIO((tmp_path / "laporan.docx").read_bytes())).paragraphs]
    assert "Isi advice." in said
    assert (tmp_path / "laporan.pdf").read_bytes().startswith(b"%PDF-")
    assert report.number in (tmp_path / "laporan.txt").read_text(encoding="utf-8")
    assert store.audit.latest(1)[0].action == "report given out"


def test_a_report_that_is_no_longer_what_was_signed_is_not_shown(
    command: Any, store: Store, tmp_path: Path
) -> None:
    report = make_signed(store)
    with store.database.write() as session:  # as somebody with the file of the record could
        session.execute(text("DROP TRIGGER reports_no_update"))
        session.execute(text("UPDATE reports SET content = replace(content, 'Isi advice', 'Isi lain')"))
    for arguments in (
        ("show", report.number),
        ("export", report.number, "--out", str(tmp_path / "laporan.pdf")),
    ):
        done = command(*arguments)
        assert done.exit_code == 1
        assert "Isi lain" not in done.stdout
    assert not (tmp_path / "laporan.pdf").exists()


def test_nothing_is_overwritten_and_what_is_unknown_is_told(
    command: Any, store: Store, tmp_path: Path
) -> None:
    report = make_signed(store)
    there = tmp_path / "ada.pdf"
    there.write_bytes(b"ada")
    assert command("export", report.number, "--out", str(there)).exit_code == 1
    assert there.read_bytes() == b"ada"
    assert command("export", report.number, "--out", str(tmp_path / "x.odt")).exit_code == 2
    assert command("show", "009/HARIAN/2020").exit_code == 1
