"""Every bad value stops start-up and names its variable."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import text

from kentongan.errors import SettingError
from kentongan.region import read_region
from kentongan.settings import VARIABLES, read_settings
from kentongan.store.database import Database

SECRET = "s3cret-" * 8


def test_without_any_variable_the_defaults_are_safe() -> None:
    settings = read_settings({})
    assert (settings.host, settings.search_url, settings.allow_loopback) == ("127.0.0.1", "embedded:", False)
    assert settings.database_url == f"sqlite:///{settings.home / 'record.db'}"
    assert settings.home.is_absolute()
    assert settings.secret_key is settings.pseudonym_key is None


@pytest.mark.parametrize("name", ["KENTONGAN_SECRET_KEY", "KENTONGAN_PSEUDONYM_KEY"])
def test_a_secret_has_no_default_and_its_lack_is_named(name: str) -> None:
    settings = read_settings({name: "   "})
    ask = settings.require_secret_key if name.endswith("SECRET_KEY") else settings.require_pseudonym_key
    with pytest.raises(SettingError, match=f"^{name}: ") as raised:
        ask()
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KENTONGAN_PORT", "eighty"), ("KENTONGAN_PORT", "-1"), ("KENTONGAN_PORT", "65536"), ("KENTONGAN_PORT", "80.5"),
        ("KENTONGAN_DATABASE_URL", "no url"), ("KENTONGAN_DATABASE_URL", "mysql://h/d"),
        ("KENTONGAN_DATABASE_URL", "postgresql://h:port/d"),
        ("KENTONGAN_SEARCH_URL", "es:9200"), ("KENTONGAN_SEARCH_URL", "ftp://h"), ("KENTONGAN_SEARCH_URL", "http://"),
        ("KENTONGAN_SEARCH_URL", "http://[bad"), ("KENTONGAN_SEARCH_URL", "http://h:99999"),
        ("KENTONGAN_SEARCH_CA", "/no/such/file.pem"), ("KENTONGAN_SEARCH_CA", "x" * 5000), ("KENTONGAN_SEARCH_API_KEY", "a\nb"),
        ("KENTONGAN_REGION", "../x"), ("KENTONGAN_REGION", "kota arunika"), ("KENTONGAN_HOME", "~no-such-user-at-all/x"),
        ("KENTONGAN_CONTACT", "a\nb"), ("KENTONGAN_HOST", "a\tb"), ("KENTONGAN_LANGUAGE", "jv"), ("KENTONGAN_LOG_LEVEL", "loud"),
        ("KENTONGAN_TORCH_THREADS", "many"), ("KENTONGAN_MATCH_SUGGEST", "1.1"), ("KENTONGAN_MATCH_CONFIRM", "nan"),
        ("KENTONGAN_ALLOW_LOOPBACK", "maybe"), ("KENTONGAN_SECRET_KEY", "short"), ("KENTONGAN_PSEUDONYM_KEY", "short"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_variable_on_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}: ") as raised:
        read_settings({name: value})
    assert "\n" not in str(raised.value)
    assert raised.value.name == name


@pytest.mark.parametrize("name", ["KENTONGAN_DATBASE_URL", "KENTONGAN_", "KENTONGAN_DEBUG"])
def test_a_misspelt_variable_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}: "):
        read_settings({name: "x"})


def test_other_programs_variables_are_none_of_our_business() -> None:
    read_settings({"PATH": "/bin", "KENTONGAN_TEST_POSTGRES_URL": "x", "kentongan_home": "x"})


def test_secrets_are_shown_nowhere() -> None:
    settings = read_settings(
        {
            "KENTONGAN_SECRET_KEY": SECRET,
            "KENTONGAN_PSEUDONYM_KEY": SECRET,
            "KENTONGAN_DATABASE_URL": f"postgresql://sari:{SECRET}@db/kentongan",
            "KENTONGAN_SEARCH_URL": f"https://sari:{SECRET}@es:9200",
        }
    )
    assert SECRET not in repr(settings)
    keyed = {"KENTONGAN_SEARCH_API_KEY": SECRET, "KENTONGAN_SEARCH_URL": "https://es:9200"}
    assert SECRET not in repr(read_settings(keyed))
    assert settings.require_secret_key() == settings.require_pseudonym_key() == SECRET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KENTONGAN_DATABASE_URL", "mysql://sari:rahasia@db/x"),
        ("KENTONGAN_DATABASE_URL", "postgresql://sari:rahasia@db:port/x"),
        ("KENTONGAN_SEARCH_URL", "ftp://sari:rahasia@es"),
        ("KENTONGAN_SEARCH_URL", "https://sari:rahasia@es:port"),
        ("KENTONGAN_SECRET_KEY", "rahasia"),
        ("KENTONGAN_PSEUDONYM_KEY", "rahasia"),
    ],
)
def test_a_refusal_does_not_repeat_the_secret(name: str, value: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_settings({name: value})
    assert "rahasia" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://sari:a%40b@db/kentongan", "postgresql+psycopg://sari:a%40b@db/kentongan"),
        ("postgresql+asyncpg://db/kentongan", "postgresql+psycopg://db/kentongan"),
        ("sqlite+aiosqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_a_database_is_reached_by_the_driver_we_ship(given: str, kept: str) -> None:
    assert read_settings({"KENTONGAN_DATABASE_URL": given}).database_url == kept


@pytest.mark.parametrize("name", ["apa?x=1", "a%20b", "a%3Fb", "a b", "a#b", "a@b:c", "kota-é", "a+b"])
def test_the_record_lies_in_the_home_whatever_the_home_is_called(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    settings = read_settings({"KENTONGAN_HOME": str(home)})

    database = Database(settings.database_url)
    with database.write() as session:
        session.execute(text("CREATE TABLE x (y INTEGER)"))
    database.close()

    assert (home / "record.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_suggesting_cannot_be_stricter_than_confirming() -> None:
    with pytest.raises(SettingError, match=r"^KENTONGAN_MATCH_SUGGEST: "):
        read_settings({"KENTONGAN_MATCH_SUGGEST": "0.9", "KENTONGAN_MATCH_CONFIRM": "0.8"})
    assert (
        read_settings({"KENTONGAN_MATCH_SUGGEST": "0.8", "KENTONGAN_MATCH_CONFIRM": "0.8"}).match_suggest
        == 0.8
    )


def test_the_home_folder_holds_the_record(tmp_path: Path) -> None:
    assert read_settings({"KENTONGAN_HOME": str(tmp_path)}).database_url == f"sqlite:///{tmp_path}/record.db"


def test_every_variable_is_read_or_named() -> None:
    assert len(VARIABLES) == len(set(VARIABLES))


def test_a_region_that_is_not_there_names_those_that_are() -> None:
    assert read_region("arunika").title == "Kota Arunika"
    with pytest.raises(SettingError, match=r"^KENTONGAN_REGION: .*arunika, balikpapan, pangkalpinang"):
        read_region("atlantis")


@pytest.mark.parametrize(
    ("name", "value", "url"),
    [
        ("KENTONGAN_SEARCH_API_KEY", "a2V5", "embedded:"),
        ("KENTONGAN_SEARCH_API_KEY", "a2V5", "https://sari:rahasia@es:9200"),
        ("KENTONGAN_SEARCH_REPLICAS", "1", "embedded:"),
        ("KENTONGAN_SEARCH_REPLICAS", "-1", "https://es:9200"),
        ("KENTONGAN_SEARCH_REPLICAS", "two", "https://es:9200"),
        ("KENTONGAN_SEARCH_CA", "CA", "embedded:"),
        ("KENTONGAN_SEARCH_CA", "CA", "http://es:9200"),
        ("KENTONGAN_SEARCH_CA", "/nowhere/ca.crt", "https://es:9200"),
    ],
)
def test_a_setting_of_the_search_server_that_would_do_nothing_is_refused(
    tmp_path: Path, name: str, value: str, url: str
) -> None:
    authority = tmp_path / "ca.crt"
    authority.touch()
    given = str(authority) if value == "CA" else value
    with pytest.raises(SettingError, match=f"^{name}: ") as raised:
        read_settings({name: given, "KENTONGAN_SEARCH_URL": url})
    assert "rahasia" not in str(raised.value)


def test_copies_of_the_index_are_as_many_as_there_is_room_for_unless_they_are_named() -> None:
    url = {"KENTONGAN_SEARCH_URL": "https://es:9200"}
    assert read_settings(url).search_replicas is None
    assert read_settings({**url, "KENTONGAN_SEARCH_REPLICAS": "0"}).search_replicas == 0


def test_a_template_is_a_docx_without_macros(tmp_path: Path) -> None:
    good, macros, none = (tmp_path / name for name in ("kop.docx", "makro.docx", "none.docx"))
    for path, names in (
        (good, ["word/document.xml"]),
        (macros, ["word/document.xml", "word/vbaProject.bin"]),
    ):
        with ZipFile(path, "w") as parts:
            for name in names:
                parts.writestr(name, "")
    none.write_bytes(b"no zip")
    assert read_settings({"KENTONGAN_OFFICE_TEMPLATE": str(good)}).office_template == good
    outside, huge = tmp_path / "luar.docx", tmp_path / "besar.docx"
    related = (
        '<Relationships><Relationship Id="r1" Type="https://schemas.example/{}" Target="https://x.example/" '
        'TargetMode="External"/></Relationships>'
    )
    for path, kind in ((good, "hyperlink"), (outside, "attachedTemplate")):
        with ZipFile(path, "w") as parts:
            parts.writestr("word/document.xml", "")
            parts.writestr("word/_rels/settings.xml.rels", related.format(kind))
    with ZipFile(huge, "w", ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", bytes(60_000_000))
    assert read_settings({"KENTONGAN_OFFICE_TEMPLATE": str(good)}).office_template == good
    for path in (macros, none, tmp_path / "absent.docx", outside, huge):
        with pytest.raises(SettingError, match=r"^KENTONGAN_OFFICE_TEMPLATE"):
            read_settings({"KENTONGAN_OFFICE_TEMPLATE": str(path)})
