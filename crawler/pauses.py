"""Until when hosts asked to be left alone, remembered from one crawl to the next.

Owns: one small JSON file, host to moment. Without it the next round, minutes later, would ask a
site that wanted an hour. A lost or damaged file costs that knowledge and nothing else.
"""

import json
import os
import time
from pathlib import Path

import structlog

# However long a site asks (a year, by a slip), it is asked again once a day: a source must not
# fall silent for ever because of one header.
MAX_PAUSE_SECONDS = 24 * 3600.0
log = structlog.get_logger(__name__)


class Pauses:
    """The pauses kept in one folder; several spiders and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "pauses.json"

    def left(self, host: str) -> float:
        """Return for how many seconds more a host is not to be asked, 0 or more."""
        return max(self._read().get(host, 0.0) - time.time(), 0.0)

    def remember(self, host: str, seconds: float) -> None:
        """Keep that a host is not to be asked for so long, from now; those over are dropped."""
        now = time.time()
        pauses = {name: until for name, until in self._read().items() if until > now}
        pauses[host] = now + min(seconds, MAX_PAUSE_SECONDS)
        mine = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            mine.write_text(json.dumps(pauses), encoding="utf-8")
            mine.replace(self._path)
        except OSError as exc:
            log.warning("pause not kept", host=host, error=str(exc))

    def _read(self) -> dict[str, float]:
        try:
            raw = json.loads(self._path.read_bytes())
            longest = time.time() + MAX_PAUSE_SECONDS
            return {str(host): min(longest, float(until)) for host, until in raw.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as exc:
            log.warning("pauses forgotten", path=str(self._path), error=str(exc))
            return {}
