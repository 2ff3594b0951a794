"""One source being read, and what came of it: values that pass through the scheduler."""

from dataclasses import dataclass
from datetime import datetime

from crawler.run import SourceReport
from kentongan.errors import KentonganError
from pipeline.collecting import CrawlProcess


@dataclass(frozen=True, slots=True)
class Crawled:
    """What came of one source: a report, or why there is none."""

    source: str
    report: SourceReport | None
    problem: str = ""


@dataclass(slots=True)
class Reading:
    process: CrawlProcess
    began: datetime  # by the record's clock
    since: float
    told_to_end: bool = False
    lost: bool = False  # the lease ran out before it was renewed


@dataclass(frozen=True, slots=True)
class Ended:
    began: datetime
    crawled: Crawled
    interrupted: bool = False  # by us or a signal: to be done again at once


def outcome_of(name: str, process: CrawlProcess) -> Crawled:
    try:
        report = process.read()
    except KentonganError as exc:
        return Crawled(name, None, str(exc))
    return Crawled(name, report.sources[0])
