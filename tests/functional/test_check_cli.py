"""`kentongan check`: a text, a page, a screenshot, and what cannot be looked at."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.settings import read_settings
from kentongan.store import open_store
from pipeline.screenshots import OcrMissing, find_tesseract
from tests.commands import Command, Outcome
from tests.factories import make_source
from tests.functional.crawl_sites import Answer, serve

CLAIM = "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan, surat suara sudah dicoblos!! Sebarkan!!"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def check(home: Path) -> Command:
    def run(*words: str, **environ: str) -> Outcome:
        given = ["check", *words]
        own = {"KENTONGAN_HOME": str(home), "KENTONGAN_REGION": "arunika", **environ}
        result = CliRunner().invoke(build_app(given), given, env=own, catch_exceptions=False)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.mark.parametrize(
    "words",
    [(), ("a", "--url", "https://kabar.example/"), ("--file", "x", "--image", "y"), ("a", "--image", "y")],
)
def test_exactly_one_thing_is_looked_at(check: Command, words: tuple[str, ...]) -> None:
    outcome = check(*words)
    assert outcome.code == 2
    assert "only one of them" in outcome.err


def test_a_text_is_told_with_where_it_came_from(check: Command) -> None:
    given = check(CLAIM, "--json").json["given"]
    assert given == {"kind": "text", "url": None, "title": None, "press": None, "text": CLAIM}


def test_a_page_is_read_and_named(check: Command) -> None:
    html = f"<html><title>Kabar Warga Arunika</title><body><h1>Kabar Warga Arunika</h1><p>{CLAIM}</p></body></html>"
    with serve({"/a": Answer(status=302, headers={"Location": "/b"}), "/b": Answer(html.encode())}) as site:
        found = check("--url", f"{site.url}/a", "--json", KENTONGAN_ALLOW_LOOPBACK="yes").json
        printed = check("--url", f"{site.url}/a", KENTONGAN_ALLOW_LOOPBACK="yes").out
    given = found["given"]
    assert (given["kind"], given["url"], given["title"]) == ("page", f"{site.url}/b", "Kabar Warga Arunika")
    assert given["text"].endswith(CLAIM)
    assert printed.splitlines()[0] == f"{site.url}/b: Kabar Warga Arunika"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1/", "internal network"),
        ("http://169.254.169.254/latest/", "internal network"),
        ("file:///etc/passwd", "only http and https"),
        ("https://nama:rahasia@kabar.example/", "without a password"),
    ],
)
def test_an_address_that_is_never_fetched_ends_with_one_line(check: Command, address: str, said: str) -> None:
    outcome = check("--url", address)
    assert outcome.code == 2
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert "rahasia" not in outcome.err


def test_a_page_of_the_press_is_never_stamped(check: Command, home: Path) -> None:
    home.mkdir()
    with serve({"/a": Answer(f"<html><body><p>{CLAIM}</p></body></html>".encode())}) as site:
        store = open_store(read_settings({"KENTONGAN_HOME": str(home)}).database_url)
        store.collector.save_source(make_source("warta", title="Warta Arunika", home=site.url))
        store.close()
        printed = check("--url", f"{site.url}/a", KENTONGAN_ALLOW_LOOPBACK="yes").out
        found = check("--url", f"{site.url}/a", "--json", KENTONGAN_ALLOW_LOOPBACK="yes").json
    assert "Halaman pers (Warta Arunika): Minta klarifikasi" in printed
    assert "hoax" not in printed.lower()
    assert "hoaks" not in printed.lower()
    assert found["given"]["press"] == "Warta Arunika"
    assert "hoaks" not in found["reason"]


def test_a_screenshot_is_read(check: Command, tmp_path: Path) -> None:
    try:
        find_tesseract()
    except OcrMissing as exc:
        pytest.skip(str(exc))
    picture = Image.new("RGB", (900, 200), "black")
    ImageDraw.Draw(picture).text(
        (20, 60), "Semua TPS ditutup jam sembilan", "white", ImageFont.load_default(40)
    )
    picture.save(tmp_path / "wa.png")
    found = check("--image", str(tmp_path / "wa.png"), "--json").json
    assert found["given"]["kind"] == "screenshot"
    assert found["given"]["text"] == "Semua TPS ditutup jam sembilan"


@pytest.mark.parametrize(
    ("name", "said"), [("none.png", "No such file"), ("note.txt", "only PNG, JPEG and WebP")]
)
def test_what_is_no_picture_is_told(check: Command, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "note.txt").write_text("halo")
    outcome = check("--image", str(tmp_path / name))
    assert outcome.code == 2
    assert said in outcome.err


LOAD = """
import sys
from classifier.artefact import load_artefact
from kentongan.settings import read_settings
load_artefact(read_settings({}).model_dir)
sys.exit("torch._dynamo" in sys.modules)
"""


def test_a_model_is_loaded_without_torchs_compiler() -> None:
    """Importing it takes longer than everything else that a check of one text does."""
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", LOAD], cwd=root, timeout=120).returncode == 0
