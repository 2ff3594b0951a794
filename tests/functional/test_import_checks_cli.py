"""`kentongan import --shape`, as people and scripts use it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import build_app
from tests.unit.crawler.factchecks.invented import ERROR_PAGE

RECORD = {
    "id": "7001",
    "status": "2",
    "title": "[SALAH] Pasar Arunika ditutup",
    "content": "x",
    "tanggal": "2025-11-03",
}
UNKNOWN = RECORD | {"id": "7002", "title": "[ENTAHLAH] Jembatan Arunika"}


def run(home: Path, *words: str) -> Result:
    environ = {"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika"}
    return CliRunner().invoke(build_app(words), list(words), env=environ, catch_exceptions=False)


def test_what_was_kept_and_what_was_refused_is_reported_with_reasons(tmp_path: Path) -> None:
    file = tmp_path / "jawaban.json"
    file.write_text(json.dumps([RECORD, UNKNOWN]), encoding="utf-8")

    first = run(tmp_path / "home", "import", str(file), "--shape", "yudistira", "--json")
    again = run(tmp_path / "home", "import", str(file), "--shape", "yudistira", "--json")

    assert first.exit_code == 0
    report = json.loads(first.stdout)
    assert (report["created"], report["refused"]) == (1, 1)
    assert report["reasons"] == {"unknown verdict 'ENTAHLAH'": 1}
    assert "record 2" in first.stderr
    assert json.loads(again.stdout)["unchanged"] == 1


@pytest.mark.parametrize(
    ("body", "words", "named"),
    [
        (ERROR_PAGE, ("--shape", "yudistira"), "drift: "),
        (json.dumps([RECORD, {"id": "1"}]), ("--shape", "yudistira"), "record 2: field 'title'"),
        ("[]", ("--shape", "koran"), "--shape: 'koran' is not one of"),
        ("[]", ("--url", "https://a.example/"), "--url: only with --shape"),
        ("<html></html>", ("--shape", "gfd"), "--url: say where the page was saved from"),
    ],
)
def test_bad_input_is_one_line_with_exit_code_2(
    tmp_path: Path, body: str, words: tuple[str, ...], named: str
) -> None:
    file = tmp_path / "berkas"
    file.write_text(body, encoding="utf-8")

    outcome = run(tmp_path / "home", "import", str(file), *words)

    assert (outcome.exit_code, len(outcome.stderr.splitlines())) == (2, 1)
    assert named in outcome.stderr
