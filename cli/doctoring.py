"""What `kentongan doctor` looks at; each finding names the mend."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from cli.parts import Parts
from kentongan.errors import KentonganError
from pipeline.alerting.channels import Channels
from pipeline.index_check import compare_index
from pipeline.syncing import LATE_SECONDS
from search.troubles import troubles

LOW_DISK_BYTES = 1_000_000_000
_NAMED = 5  # ids in one finding


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    well: bool
    finding: str
    mend: str = ""


def examine(parts: Parts) -> list[Finding]:
    """Return what was found of each part, sick or well; looks on after a sick one."""
    return [
        _look("settings", lambda: _settings(parts), "set the variable it names; see docs/settings.md"),
        _look(
            "record",
            lambda: _record(parts),
            "check KENTONGAN_DATABASE_URL; restore the last backup if damaged",
        ),
        _look("audit log", lambda: _audit(parts), "somebody changed the log: keep a copy, call the reviewer"),
        _look("index", lambda: _index(parts), "kentongan reindex"),
        _look("index, writing", lambda: _writing(parts), "see docs/operations.md, The index"),
        _look(
            "index, refused",
            lambda: _refused(parts),
            "mend what the reason names, then kentongan reindex; the items are in the record",
        ),
        _look(
            "model",
            lambda: _model(parts),
            "get models/ again from the release; its hashes are in manifest.json",
        ),
        _look(
            "alerts",
            lambda: _alerts(parts),
            "mend what the reason names (docs/operations.md, Alerts), then kentongan alerts retry",
        ),
        _look(
            "bundles",
            lambda: _bundles(parts),
            "mend what the reason names (docs/sharing.md), then kentongan share retry",
        ),
        _look("disk", lambda: _disk(parts), "make room in KENTONGAN_HOME"),
    ]


class _Sick(KentonganError):
    pass


def _look(part: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(part, True, look())
    except KentonganError as exc:
        return Finding(part, False, str(exc), mend)


def _settings(parts: Parts) -> str:
    return f"region {parts.region.title} ({parts.region.time_zone}), home {parts.settings.home}"


def _record(parts: Parts) -> str:
    counts = parts.store.items.counts()
    waiting = sum(parts.store.conveyor.waiting().values())
    where = parts.store.database.describe()
    return f"{counts['items']} items, {waiting} waiting, {counts['set_aside']} set aside, at {where}"


def _audit(parts: Parts) -> str:
    broken = parts.store.audit.verify()
    if broken is not None:
        raise _Sick(f"the chain breaks at entry {broken}")
    return "the chain holds"


def _index(parts: Parts) -> str:
    health = parts.index.health()
    compared = compare_index(parts.store, parts.index)
    if not compared.same:
        some = ", ".join((*compared.missing_ids, *compared.extra_ids)[:_NAMED])
        raise _Sick(f"{compared.missing} documents missing, {compared.extra} too many: {some}")
    return f"{health.engine}: {health.documents} documents; {health.detail}"


def _writing(parts: Parts) -> str:
    found = troubles(parts.index)
    waiting = parts.store.outbox.waiting()
    late = waiting.seconds >= LATE_SECONDS
    told = f"{waiting.jobs} changes wait, the oldest for {waiting.seconds:.0f} s"
    if found or late:
        raise _Sick("; ".join([*found, told]))
    return told if waiting.jobs else "nothing waits"


def _refused(parts: Parts) -> str:
    number = parts.store.refusals.size()
    if number:
        newest = parts.store.refusals.newest(_NAMED)
        told = "; ".join(f"{kept.refusal.document_id}: {kept.refusal.reason}" for kept in newest)
        raise _Sick(f"{number} documents are not searchable: {told}")
    return "none"


def _model(parts: Parts) -> str:
    return parts.assessor.model


def _alerts(parts: Parts) -> str:
    number, problem = parts.store.alert_deliveries.dead()
    if number:
        raise _Sick(f"{number} messages were given up; the newest: {problem}")
    ways = ", ".join(channel.value for channel in Channels.of(parts.settings).open())
    return f"ways out: {ways}" if ways else "no way out is set up: alerts stand on their page only"


def _bundles(parts: Parts) -> str:
    number, problem = parts.store.share_pushes.dead()
    if number:
        raise _Sick(f"{number} bundles were given up; the newest: {problem}")
    return "none was given up"


def _disk(parts: Parts) -> str:
    free = shutil.disk_usage(parts.settings.home).free
    if free < LOW_DISK_BYTES:
        raise _Sick(f"only {free // 1_000_000} MB free")
    return f"{free // 1_000_000_000} GB free"
