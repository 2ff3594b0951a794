"""What starting a crawl costs, forked from a process that has the libraries, and afresh.

`python -m benchmarks._crawl_start` prints, for each way, the seconds from the start of a crawl to
its end on a site of no news, and the memory that each of several crawls at once has for itself.
"""

from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from kentongan.settings import Settings
from kentongan.store import open_store
from pipeline import collecting
from tests.functional.crawl_party import party_settings, party_source, serve_hosts

NAMES = [f"kabar-{number}" for number in range(4)]


def own_memory(pid: int) -> float:
    """Return the megabytes of a process that it shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = (int(line.split()[1]) for line in lines if line.startswith(("Private_", "Swap:")))
    return sum(kilobytes) / 1024


def measure(settings: Settings, urls: list[str]) -> tuple[float, float]:
    quick = [party_source(name, [url], 60, delay=0) for name, url in zip(NAMES, urls, strict=True)]
    slow = [party_source(name, [url], 60, delay=2) for name, url in zip(NAMES, urls, strict=True)]
    collecting.crawl_apart(settings, quick)  # articles are read once, and what forks is there
    seconds = []
    for file in quick * 3:
        began = perf_counter()
        collecting.crawl_apart(settings, [file])
        seconds.append(perf_counter() - began)
    processes = [collecting.CrawlProcess(settings, [file]) for file in slow]
    highest = dict.fromkeys(range(len(processes)), 0.0)
    while len(wait([process.answer for process in processes], 0)) < len(processes):
        for number, process in enumerate(processes):
            with suppress(OSError, TypeError):  # it has ended
                highest[number] = max(highest[number], own_memory(process.pid or 0))
        sleep(0.02)
    for process in processes:
        process.read()
    return median(seconds), mean(highest.values())


def main() -> None:
    contexts = {"forked": get_context, "afresh": lambda _: get_context("spawn")}
    for way, context in contexts.items():
        vars(collecting)["get_context"] = context
        with TemporaryDirectory() as home, serve_hosts(len(NAMES), NAMES) as sites:
            settings = party_settings(Path(home), f"sqlite:///{home}/record.db")
            open_store(settings.database_url).close()
            seconds, megabytes = measure(settings, [site.url for site in sites])
        print(f"{way}: {seconds:.2f} s a crawl, {megabytes:.0f} MB each of its own")


if __name__ == "__main__":
    main()
