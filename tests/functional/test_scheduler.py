"""Crawling processes that run for long: side by side, killed, stopped, and without their database."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import URL, make_url

from cli.beside import crawling_beside
from cli.parts import Parts
from crawler.source_file import SourceFile
from kentongan.collecting import CrawlRun, Outcome
from kentongan.due import BACKOFF
from kentongan.errors import KentonganError
from kentongan.store import Store, open_store
from kentongan.store.schedule import LOST, Plan
from kentongan.store.schema import ScheduleRow
from pipeline.collecting import CrawlerDied, CrawlProcess
from pipeline.readings import Crawled
from pipeline.scheduling import Pace, Scheduler
from tests.functional.crawl_party import (
    ARTICLES,
    QUICK,
    add_pages,
    party_settings,
    party_source,
    serve_hosts,
)
from tests.functional.crawl_sites import Site, serve

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
PATIENCE_SECONDS = 200
KENTONGAN = "from cli.main import main; main()"


def wait_for(what: str, there: Callable[[], object]) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while not there():
        assert monotonic() < until, f"in vain: {what}"
        sleep(0.05)


def leases(store: Store) -> dict[str, str]:
    """Return the sources being read, and by whom."""
    with store.database.read() as session:
        rows = session.execute(select(ScheduleRow.source, ScheduleRow.lease_owner))
        return {source: owner for source, owner in rows if owner is not None}


def runs(store: Store, *outcomes: Outcome) -> list[CrawlRun]:
    return [run for run in store.crawls.since(LONG_AGO) if not outcomes or run.outcome in outcomes]


def times_done(store: Store) -> Counter[str]:
    return Counter(run.source for run in runs(store, Outcome.DONE))


def began(run: CrawlRun) -> datetime:
    return run.started_at


@contextmanager
def crawling(
    home: Path,
    url: str,
    read_files: Callable[[], Sequence[SourceFile]],
    crawled: Callable[[Crawled], None] = lambda crawled: None,
    after_crawl: Callable[[], None] = lambda: None,
    pace: Pace = QUICK,
) -> Iterator[Store]:
    """Crawl in a thread until the block ends; yields the record."""
    store, stop = open_store(url), Event()
    scheduler = Scheduler(
        party_settings(home, url),
        store,
        read_files,
        Random(1),
        pace=pace,
        crawled=crawled,
        after_crawl=after_crawl,
    )
    thread = Thread(target=scheduler.run, args=(stop,))
    thread.start()
    try:
        yield store
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()
        store.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        add_pages(served, "satu")
        yield served


@pytest.mark.timeout(600)
def test_three_processes_share_the_work_one_is_killed_and_nothing_is_done_twice_or_left(
    tmp_path: Path, store: Store, store_url: str
) -> None:
    names = [f"kabar-{number}" for number in range(12)]
    every = timedelta(seconds=8)
    with serve_hosts(5, names) as sites:
        hosts = {name: [sites[number % 5].url] for number, name in enumerate(names)}
        hosts[names[0]].append(sites[1].url)  # on two hosts, each with others of its own
        members = [",".join((name, *urls)) for name, urls in hosts.items()]
        command = [sys.executable, "-m", "tests.functional.crawl_party", str(tmp_path), store_url]
        command += [str(every.total_seconds()), *members]
        party = {p.pid: p for p in (subprocess.Popen(command, cwd=ROOT) for _ in range(3))}
        try:
            wait_for("two of them read", lambda: len(set(leases(store).values())) >= 2)
            lost, owner = next(iter(leases(store).items()))
            victim = party.pop(int(owner.split(":")[1]))
            victim.kill()
            wait_for("the killed one's source is free", lambda: owner not in leases(store).values())
            wait_for(
                "each is read three times",
                lambda: all(times_done(store)[name] >= 3 for name in names),
            )
        finally:
            for process in (*party.values(), victim):
                process.kill()
                process.wait()
    told = runs(store, Outcome.DONE, Outcome.STOPPED)

    # Taken over: the death is told, and after it the source was read to its end.
    death = next(run for run in runs(store, Outcome.DIED) if run.source == lost)
    assert death.problem == LOST
    assert any(run.source == lost and run.started_at >= death.ended_at for run in runs(store, Outcome.DONE))
    # Not twice in one period: due 0.9 of it after the last one was taken, 0.1 after that had ended.
    for name in names:
        deaths = [run.ended_at for run in runs(store, Outcome.DIED) if run.source == name]
        done = [run for run in runs(store, Outcome.DONE) if run.source == name]
        done = sorted((run for run in done if run.started_at > max(deaths, default=LONG_AGO)), key=began)
        assert all(second.started_at - first.ended_at >= every * 0.1 for first, second in pairwise(done))
        assert all(
            third.started_at - first.ended_at >= every for first, third in zip(done, done[2:], strict=False)
        )
    # Never two on one host at once: as the record has it, and as the hosts saw it.
    for site in sites:
        here = sorted((run for run in told if site.url in hosts[run.source]), key=began)
        assert all(first.ended_at <= second.started_at for first, second in pairwise(here))
        asked = [path.split("/")[1] for path in site.paths() if path != "/robots.txt"]
        blocks = [name for name, before in zip(asked, ["", *asked], strict=False) if name != before]
        crawls = Counter(run.source for run in told)
        assert all(count <= crawls[name] + 1 for name, count in Counter(blocks).items())
    # What was found is there, once.
    counts = store.items.count_by_source()
    assert counts == {name: ARTICLES * len(hosts[name]) for name in names}


def test_a_crawl_that_is_killed_is_told_of_and_waits_while_others_go_on(tmp_path: Path, site: Site) -> None:
    files = [party_source("satu", [site.url], 600, delay=2), party_source("dua", ["http://127.0.0.1:9"], 3)]
    with crawling(tmp_path, f"sqlite:///{tmp_path / 'record.db'}", lambda: files) as store:
        wait_for("it alone is read", lambda: len(site.asked) >= 2 and set(leases(store)) == {"satu"})
        for pid in children_of_fork_server():
            with suppress(ProcessLookupError):  # the other's crawl may have ended by itself
                os.kill(pid, signal.SIGKILL)
        wait_for("its death is told", lambda: [r for r in runs(store, Outcome.DIED) if r.source == "satu"])
        slots = {slot.source: slot for slot in store.schedule.slots()}
        later = times_done(store)["dua"]
        wait_for("the other is read", lambda: times_done(store)["dua"] > later)

        (death,) = (run for run in runs(store, Outcome.DIED) if run.source == "satu")
    assert "ended before it could report" in death.problem
    assert (slots["satu"].leased, slots["satu"].due_at) == (False, death.ended_at + BACKOFF[0])


def test_a_crawl_that_takes_too_long_is_ended_and_due_again_after_its_interval(
    tmp_path: Path, site: Site
) -> None:
    files = [party_source("satu", [site.url], 600, delay=1)]
    pace = replace(QUICK, longest_seconds=2.0)
    with crawling(tmp_path, f"sqlite:///{tmp_path / 'record.db'}", lambda: files, pace=pace) as store:
        wait_for("it is over", lambda: runs(store) and not leases(store))

        (slot,), (run,) = store.schedule.slots(), runs(store)
    assert run.outcome in (Outcome.STOPPED, Outcome.DIED)
    assert slot.due_at > run.started_at


def test_who_loses_a_lease_stops_reading(tmp_path: Path, site: Site) -> None:
    files = [party_source("satu", [site.url], 600, delay=2)]
    told: list[Crawled] = []
    with crawling(
        tmp_path, f"sqlite:///{tmp_path / 'record.db'}", lambda: files, crawled=told.append
    ) as store:
        wait_for("it is read", lambda: len(site.asked) >= 2)
        with store.database.write() as session:
            session.execute(update(ScheduleRow).values(lease_owner="another"))
        wait_for("it is over", lambda: told)

        assert leases(store) == {"satu": "another"}
        assert told[0].report is None or told[0].report.stopped


def test_a_crawl_that_is_not_told_to_go_on_stops_by_itself(tmp_path: Path, site: Site) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    store = open_store(url)
    slow = party_source("satu", [site.url], 600, delay=1)
    process = CrawlProcess(party_settings(tmp_path, url), [slow], seconds=12, grace_seconds=9)

    assert process.read().stopped
    assert [run.outcome for run in runs(store)] == [Outcome.STOPPED]
    store.close()


def test_a_crawl_that_hears_nothing_and_cannot_stop_is_ended_by_the_system(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    store = open_store(url)
    with serve_silence() as silent:
        file = party_source("satu", [silent], 600, delay=1)
        process = CrawlProcess(party_settings(tmp_path, url), [file], seconds=5, grace_seconds=2)

        with pytest.raises(CrawlerDied):
            process.read()
    store.close()


@contextmanager
def serve_silence() -> Iterator[str]:
    """Listen, and never answer: a request there is under way for as long as a crawl lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def children_of_fork_server() -> list[int]:
    """Return the ids of the processes that crawl for this one."""
    mine: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        mine[parent].append(int(folder.name))
    return [child for server in mine[os.getpid()] for child in mine[server]]


def test_what_fails_beside_a_crawl_never_stops_crawling(tmp_path: Path, site: Site) -> None:
    calls: list[str] = []

    def read() -> list[SourceFile]:
        calls.append("read")
        if len(calls) == 1:
            raise KentonganError("sources: being edited")
        return [party_source("satu", [site.url], 2, delay=0)]

    def fail(*_: object) -> None:
        calls.append("after")
        raise RuntimeError("the watch is broken")

    url = f"sqlite:///{tmp_path / 'record.db'}"
    with crawling(tmp_path, url, read, crawled=fail, after_crawl=fail) as store:
        wait_for("it is read thrice", lambda: len(runs(store, Outcome.DONE)) >= 3)

    assert calls.count("after") >= 3


def test_a_source_that_becomes_inactive_or_gets_another_interval_is_followed_while_crawling(
    tmp_path: Path, site: Site
) -> None:
    add_pages(site, "dua")
    quick = [party_source(name, [site.url], 2, delay=0) for name in ("satu", "dua")]
    now = list(quick)
    with crawling(tmp_path, f"sqlite:///{tmp_path / 'record.db'}", lambda: now) as store:
        wait_for("both are read", lambda: {run.source for run in runs(store)} == {"satu", "dua"})
        now[0] = party_source("satu", [site.url], 3600, delay=0)
        del now[1]
        wait_for(
            "the interval is the new one",
            lambda: any(
                s.due_at - store.schedule.clock() > timedelta(minutes=40) for s in store.schedule.slots()
            ),
        )
        wait_for("nobody reads", lambda: not leases(store))
        before = len(runs(store))
        sleep(3 * QUICK.look_seconds)
        assert len(runs(store)) == before


def test_crawling_goes_on_when_the_database_is_back(
    tmp_path: Path, site: Site, copied_postgres_url: str, postgres_url: URL
) -> None:
    name = make_url(copied_postgres_url).database
    server = postgres_url.set(drivername="postgresql").render_as_string(hide_password=False)
    files = [party_source("satu", [site.url], 2, delay=0)]
    with (
        crawling(tmp_path, copied_postgres_url, lambda: files) as store,
        psycopg.connect(server, autocommit=True) as admin,
    ):
        wait_for("it is read", lambda: runs(store, Outcome.DONE))
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        sleep(3)  # of outage; how long does not matter
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        before = len(runs(store, Outcome.DONE))

        wait_for("it is read again", lambda: len(runs(store, Outcome.DONE)) > before)


def test_a_block_that_crawls_beside_gives_back_what_it_was_reading(tmp_path: Path, site: Site) -> None:
    url = f"sqlite:///{tmp_path / 'record.db'}"
    parts = Parts(party_settings(tmp_path, url))
    files = [party_source("satu", [site.url], 600, delay=1)]
    with crawling_beside(parts, lambda: files):
        wait_for("articles are kept", lambda: parts.store.items.count_by_source().get("satu", 0) >= 2)
        due_at = parts.store.schedule.slots()[0].due_at

    (slot,) = parts.store.schedule.slots()
    assert (slot.leased, slot.due_at) == (False, due_at)
    assert [run.outcome for run in runs(parts.store)] == [Outcome.STOPPED]
    parts.close()


def command(home: Path, *words: str) -> "subprocess.Popen[str]":
    env = {
        **os.environ,
        "KENTONGAN_HOME": str(home),
        "KENTONGAN_CONTACT": "https://arunika.example/kontak",
        "KENTONGAN_ALLOW_LOOPBACK": "yes",
        "KENTONGAN_REGION": "arunika",
    }
    words = (sys.executable, "-c", KENTONGAN, "crawl", "--sources", str(home / "sources"), *words)
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=env, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


def write_source(home: Path, name: str, site: str, delay: float = 0, active: bool = True) -> None:
    (home / "sources").mkdir(exist_ok=True)
    lines = {
        "name": name,
        "title": "Kabar Arunika",
        "kind": "press",
        "permission": "penuh",
        "home": site,
        "region": "arunika",
        "time_zone": "Asia/Jakarta",
        "delay_seconds": delay,
        "active": str(active).lower(),
        "feeds": f"[{site}/{name}/rss]",
        "basis": "an invented outlet",
    }
    text = "\n".join(f"{key}: {value}" for key, value in lines.items())
    (home / "sources" / f"{name}.yaml").write_text(f"{text}\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_stops_on_a_signal_saves_what_it_has_and_gives_back(
    tmp_path: Path, site: Site, number: signal.Signals
) -> None:
    write_source(tmp_path, "satu", site.url, delay=1)
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    process = command(tmp_path)
    wait_for("articles are kept", lambda: store.items.count_by_source().get("satu", 0) >= 2)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "stopping" in err
    assert [run.outcome for run in runs(store)] == [Outcome.STOPPED]
    assert store.items.count_by_source()["satu"] >= 2
    assert [slot.leased for slot in store.schedule.slots()] == [False]
    store.close()


def test_a_second_signal_ends_the_command_at_once_and_its_crawls_after_it(tmp_path: Path, site: Site) -> None:
    write_source(tmp_path, "satu", site.url, delay=1)
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    process = command(tmp_path)
    wait_for("it is read", lambda: site.asked)
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    assert "stopping" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert process.returncode in (-signal.SIGTERM, 0)
    wait_for("the crawl has ended too", lambda: runs(store, Outcome.STOPPED))
    store.close()


def test_once_reads_each_chosen_source_and_skips_what_another_process_reads(
    tmp_path: Path, site: Site
) -> None:
    for name in ("satu", "dua", "tiga"):
        add_pages(site, name)
        write_source(tmp_path, name, site.url, active=name != "tiga")
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    store.collector.save_source(party_source("dua", [site.url], 60).source)
    at = store.schedule.clock()
    store.schedule.plan([Plan("dua", frozenset({"elsewhere.example"}), timedelta(hours=1))], at, Random(1))
    taking = store.schedule.take(
        "another", {"dua": timedelta(hours=1)}, at=at, lease=timedelta(hours=1), room=1
    )
    assert taking.taken == ("dua",)

    out, err = command(tmp_path, "satu", "dua", "tiga", "--once", "--json").communicate(timeout=120)

    told = json.loads(out)
    assert {row["source"]: row["items"] for row in told["sources"]} == {"satu": ARTICLES, "tiga": ARTICLES}
    assert told["skipped"] == ["dua"]
    assert "dua: skipped" in err
    assert {slot.source: slot.leased for slot in store.schedule.slots()} == {"satu": False, "dua": True}
    store.close()


def test_without_once_no_json_and_no_inactive_source(tmp_path: Path) -> None:
    write_source(tmp_path, "satu", "http://127.0.0.1:9", active=False)

    for words, told in ((("--json",), "--json: only with --once"), (("satu",), "'satu' is not active")):
        process = command(tmp_path, *words)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, told in err) == (2, True)
