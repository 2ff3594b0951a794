"""The connection to the record: engine, transactions, migrations.

Owns: what differs between SQLite and PostgreSQL. Leaves every query to its neighbours.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from kentongan.errors import StoreError

BUSY_TIMEOUT_SECONDS = 30
_MOST_PARAMETERS = 5_000  # of one statement; SQLite stops at 32,766, PostgreSQL at 65,535
_UPGRADE_LOCK = 7_203_417  # any constant; keeps two processes from migrating at once

T = TypeVar("T")


class Database:
    """One record. `read` and `write` each give a session in a transaction of their own, `reading` one to
    every `read` within it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._postgresql_engine()
        self._writer = self.engine.execution_options(kentongan_write=True)
        self._turn = Lock()
        self._shared: ContextVar[Session | None] = ContextVar("shared", default=None)

    def _sqlite_engine(self) -> Engine:
        if self.url.database:
            try:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as exc:
                raise StoreError(f"the record at {self.describe()}: {exc.strerror}") from exc
        engine = create_engine(self.url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql_engine(self) -> Engine:
        utc = {"options": "-c timezone=UTC"}  # what a day is must not depend on the server
        return create_engine(self.url, pool_pre_ping=True, pool_size=5, max_overflow=10, connect_args=utc)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session for reading. Raises StoreError when the record cannot be read."""
        shared = self._shared.get()
        if shared is not None:
            with self._explained():
                yield shared
            return
        with self._explained(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let every `read` of this thread within the block share one session, for a page that asks many
        things: a transaction of its own costs each as much as what it asks. What is written meanwhile is
        not seen, so nothing may be read again here that is written here."""
        with self.read() as session:
            token = self._shared.set(session)
            try:
                yield
            finally:
                self._shared.reset(token)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session whose changes are all kept, or none when anything is raised.

        On SQLite the write lock is taken at once, so that nobody else writes between
        what is read here and what is written.
        """
        with (
            self._in_turn(),
            self._explained(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let the threads of this process write one after another on SQLite, which lets nobody else do so:
        whoever waits here is woken at once, while SQLite's own wait asks at growing intervals and is
        overtaken."""
        ours = self.is_sqlite and self._turn.acquire(timeout=BUSY_TIMEOUT_SECONDS)
        try:
            yield
        finally:
            if ours:
                self._turn.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as exc:
            raise StoreError(f"the record at {self.describe()}: {_first_line(exc.orig)}") from exc
        except SQLAlchemyError as exc:
            raise StoreError(f"the record at {self.describe()}: {_first_line(exc)}") from exc

    def describe(self) -> str:
        """Return where the record is, without any password."""
        return self.url.render_as_string(hide_password=True)

    def insert_new(self, table: type[Any]) -> Insert:
        """Return an INSERT into a model's table that skips a row whose unique key is taken."""
        target = table.__table__
        assert isinstance(target, Table)
        if self.is_sqlite:
            return sqlite.insert(target).on_conflict_do_nothing()
        return postgresql.insert(target).on_conflict_do_nothing()

    def upgrade(self) -> None:
        """Bring the tables up to this version. Idempotent; safe from several processes.

        Raises StoreError when the record cannot be opened or is of a newer version.
        """
        with self._explained(), self._writer.connect() as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            config = Config()
            scripts = str(Path(__file__).parent / "migrations")
            config.set_main_option("script_location", scripts.replace("%", "%%"))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as exc:
                raise StoreError(f"the record at {self.describe()} is of another version: {exc}") from exc

    def close(self) -> None:
        self.engine.dispose()


def now() -> datetime:
    """Return the present, aware and UTC."""
    return datetime.now(UTC)


def batched(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield lists short enough for the `IN` of one statement."""
    rest = iter(values)
    while batch := list(islice(rest, _MOST_PARAMETERS)):
        yield batch


def _prepare_sqlite_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below is the only one
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA recursive_triggers=ON")  # or REPLACE would slip past the append-only triggers
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("kentongan_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _first_line(exc: BaseException | None) -> str:
    lines = str(exc).strip().splitlines()
    return lines[0] if lines else type(exc).__name__
