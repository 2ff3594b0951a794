"""`python -m benchmarks [NAME]`: run every measurement, or one, and print it beside its peers.

Each module here with a `main() -> dict` is one measurement. The last figures of all lie in
`results/latest.json`; a run of one replaces only its own.
"""

import json
import platform
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

FOLDER = Path(__file__).parent
LATEST = FOLDER / "results" / "latest.json"


def main(names: list[str]) -> int:
    """Run the named measurements, all without names; returns the exit code."""
    known = sorted(module.name for module in iter_modules([str(FOLDER)]) if not module.name.startswith("_"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    results = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    for name in names or known:
        print(f"== {name}", flush=True)
        results[name] = {"machine": platform.platform(), **import_module(f"benchmarks.{name}").main()}
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
