"""Opening, migrating and failing, on both databases."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import kentongan.store
from kentongan.errors import StoreError
from kentongan.store import Store, open_store
from kentongan.store.database import Database
from kentongan.store.schema import Base
from tests.factories import make_item, make_source


def test_a_record_can_be_opened_again_and_again(empty_store_url: str) -> None:
    for _ in range(2):
        store = open_store(empty_store_url)
        store.collector.save_source(make_source())
        store.collector.save_item(make_item())
        assert store.items.counts()["items"] == 1
        store.close()


def test_two_processes_may_open_a_new_record_at_once(empty_store_url: str) -> None:
    databases = [Database(empty_store_url), Database(empty_store_url)]
    with databases[0]._writer.connect() as first, first.begin(), ThreadPoolExecutor(1) as pool:
        if not databases[0].is_sqlite:
            first.execute(text("SELECT pg_advisory_xact_lock(7203417)"))
        job = pool.submit(databases[1].upgrade)
        assert not job.done()
        first.rollback()
        job.result()
    for database in databases:
        database.upgrade()
        database.close()


OF_EXPRESSIONS = ("items_lead", "items_checked", "items_seen")  # which Alembic cannot compare


def test_the_migrations_make_what_the_models_say(store: Store) -> None:
    with store.database.engine.connect() as connection:
        options = {"include_object": lambda _, name, kind, *__: kind != "index" or name not in OF_EXPRESSIONS}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []


@pytest.mark.parametrize("name", OF_EXPRESSIONS)
def test_the_migrations_make_the_indexes_of_expressions_that_the_models_say(
    store: Store, empty_store_url: str, name: str
) -> None:
    made = Database(empty_store_url)
    Base.metadata.create_all(made.engine)
    sqlite = "SELECT sql FROM sqlite_master WHERE name = :name"
    query = text(sqlite if made.is_sqlite else "SELECT indexdef FROM pg_indexes WHERE indexname = :name")
    with made.engine.connect() as one, store.database.engine.connect() as other:
        expected, found = (c.execute(query, {"name": name}).scalar_one() for c in (one, other))
    made.close()
    assert " ".join(found.split()) == " ".join(expected.split())


def test_the_first_migration_can_be_taken_back_and_done_again(store_url: str) -> None:
    database = Database(store_url)
    config = Config()
    scripts = Path(kentongan.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts))
    with database._writer.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.upgrade()
    database.close()


def test_a_migration_that_fails_half_way_leaves_nothing(empty_store_url: str) -> None:
    database = Database(empty_store_url)
    with database._writer.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE shingles (x INTEGER)"))
    with pytest.raises(StoreError) as raised:
        database.upgrade()
    assert "shingles" in str(raised.value)
    assert inspect(database.engine).get_table_names() == ["shingles"]
    database.close()


def test_a_record_of_a_newer_version_is_refused_and_left_alone(store_url: str) -> None:
    database = Database(store_url)
    with database._writer.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="another version") as raised:
        open_store(store_url)
    assert "9999" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"this is no database, but it is long enough to look like one " * 20, b"\x00" * 4096]
)
def test_a_file_that_is_no_record_gives_one_clear_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(content)
    with pytest.raises(StoreError) as raised:
        open_store(f"sqlite:///{path}")
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert path.read_bytes() == content


def test_a_damaged_record_gives_one_clear_line(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(StoreError) as raised:
        open_store(sqlite_url).items.counts()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("place", ["a-file/record.db", "a-file/deeper/record.db", "."])
def test_a_place_where_no_file_can_be_gives_one_clear_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(StoreError) as raised:
        open_store(f"sqlite:///{tmp_path / place}")
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_server_that_is_gone_gives_one_clear_line_without_the_password() -> None:
    with pytest.raises(StoreError) as raised:
        open_store("postgresql+psycopg://sari:rahasia@127.0.0.1:1/kentongan")
    assert "rahasia" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_migrations_are_found_in_a_folder_with_a_percent_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kentongan.store import database

    folder = tmp_path / "100%s"
    shutil.copytree(Path(database.__file__).parent / "migrations", folder / "migrations")
    monkeypatch.setattr(database, "__file__", str(folder / "database.py"))
    open_store(f"sqlite:///{tmp_path / 'record.db'}").close()


def test_times_come_back_aware_and_utc_and_naive_ones_are_refused(store: Store) -> None:
    store.collector.save_source(make_source())
    at = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=7)))
    saved = store.collector.save_item(make_item(published_at=at))
    kept = store.items.view(saved.id).item.published_at
    assert kept == at
    assert kept is not None
    assert kept.tzinfo is UTC
    with pytest.raises(StoreError, match="without zone"):
        store.collector.save_item(make_item("Lain.", published_at=at.replace(tzinfo=None)))


def test_a_sqlite_record_is_safe_by_its_settings(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with store.database.read() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}
    store.close()


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    store.collector.save_source(make_source())
    with store.database.write() as session:
        session.execute(text("UPDATE sources SET title = 'Lain'"))
        assert store.items.sources() == [make_source()]


def test_a_locked_sqlite_record_says_so(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kentongan.store import database

    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0)
    store = open_store(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.collector.save_source(make_source())
    other.close()
    store.close()
