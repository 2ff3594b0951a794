"""What a piece of work takes by the clock, and by the processor, for a machine that does other things."""

from collections.abc import Callable
from time import perf_counter, thread_time


def times(work: Callable[[], None], runs: int) -> dict[str, float]:
    """Return median and 95th percentile of so many runs, in milliseconds."""
    clock, processor = [], []
    for _ in range(runs):
        began, spent = perf_counter(), thread_time()
        work()
        processor.append(1000 * (thread_time() - spent))
        clock.append(1000 * (perf_counter() - began))
    return {**_quantiles("ms", clock), **_quantiles("cpu_ms", processor)}


def _quantiles(unit: str, found: list[float]) -> dict[str, float]:
    found.sort()
    return {f"p{part}_{unit}": round(found[int(len(found) * part / 100)], 1) for part in (50, 95)}
