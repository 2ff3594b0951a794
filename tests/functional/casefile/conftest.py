"""One case, crawled and filed once, copied for each test that changes it; its export, made once."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.domain import Label
from kentongan.store import open_store
from kentongan.store.locate import find_item
from tests.commands import Command, Outcome
from tests.factories import make_item, work_all
from tests.factories import make_source as make_record_source
from tests.functional.again import make_due
from tests.functional.casefile.filed import POST, Filed, export, fill
from tests.functional.crawl_sites import article, database_url, make_source, prose, run_crawl, serve


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Filed:
    home = tmp_path_factory.mktemp("filed")
    with serve() as news, serve() as other, serve() as channel:
        sources = [
            make_source(news.url, f'index: {{urls: ["{news.url}/"], links: "a"}}', name="news"),
            make_source(other.url, f'index: {{urls: ["{other.url}/"], links: "a"}}', name="other"),
            make_source(channel.url, f"channel: {channel.url}/s/pasar", name="kanal", kind="public_channel"),
        ]
        first = article("Pasar Arunika Ditutup Tiga Hari", prose("pasar")).encode()
        later = first.replace(b"Tiga Hari", b"Dua Hari").replace(b"empat puluh orang", b"lima puluh orang")
        for site in (news, other):
            site.add("/", '<html><body><a href="/a1">baca</a></body></html>')
            site.add("/a1", first)
        channel.add("/s/pasar", POST)
        run_crawl(home, *sources)
        news.add("/a1", later)
        store = open_store(database_url(home))
        make_due(store)
        run_crawl(home, sources[0])
        where = (f"{news.url}/a1", f"{other.url}/a1", f"{channel.url}/pasar/7")
    store.collector.save_source(make_record_source("laporan"))
    handed = store.collector.save_item(make_item("Teks dari warga, dikirim lurah.", "laporan")).id
    work_all(store, Label.HOAX)
    incident = fill(store, home, [find_item(store.database, url) for url in where], handed)
    store.close()
    return Filed(home, incident.number)


@pytest.fixture
def copy(filed: Filed, tmp_path: Path) -> Filed:
    """Return a copy of the data folder, to be damaged."""
    return Filed(Path(shutil.copytree(filed.home, tmp_path / "home")), filed.number)


@pytest.fixture(scope="session")
def package(filed: Filed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "kasus.zip"
    export(filed, path)
    return path


@pytest.fixture(scope="session")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def case(copy: Filed) -> Command:
    def command(*words: str) -> Outcome:
        result = CliRunner().invoke(
            build_app(["case"]),
            ["case", *words],
            env={"KENTONGAN_HOME": str(copy.home), "KENTONGAN_REGION": "arunika", "COLUMNS": "100"},
            catch_exceptions=False,
        )
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return command
