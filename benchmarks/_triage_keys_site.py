"""What `triage_keys` works on: our site over a morning's claims, in a process of its own.

Run as `python -m benchmarks._triage_keys_site FOLDER CLAIMS`. Prints one line of JSON with the port and what
is to be done with each claim, serves until its standard input is closed, then prints how many claims have a
decision or a vote, how many still wait without one, and how many were decided twice in one version.
"""

import json
import sys
import threading
from pathlib import Path

from sqlalchemy import text

from kentongan.domain import Role
from tests.routine import fill_routine
from tests.web_city import Site
from webui.serve import WebServer

_ENDED = {
    "decided": "SELECT count(*) FROM (SELECT claim_id FROM reviews UNION SELECT claim_id FROM votes) AS both",
    "left": "SELECT count(*) FROM claims WHERE lane IN ('new', 'press')",
    "twice": "SELECT count(*) - count(DISTINCT claim_id || ':' || claim_version) FROM reviews",
}


def main(folder: str, claims: str) -> None:
    site = Site(Path(folder))
    tasks = fill_routine(site.store, int(claims))
    site.build_index()
    site.add_people(Role.ANALYST)
    server = WebServer(site.app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    told = {str(claim): [task.kind, task.decision, task.extra] for claim, task in tasks.items()}
    print(json.dumps({"port": server.port, "tasks": told}), flush=True)
    sys.stdin.read()
    server.stop()
    thread.join()
    with site.store.database.read() as session:
        ended = {name: int(session.execute(text(query)).scalar_one()) for name, query in _ENDED.items()}
    site.close()
    print(json.dumps(ended), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
