"""What `triage_load` asks: our site over a record of many claims, and a bare peer. One process each.

Run as `python -m benchmarks._triage_load_sites ours|bare FOLDER CLAIMS ANALYSTS [DATABASE_URL]`. Prints one
line of JSON with the port, the claims and the people, serves until its standard input is closed, then
prints the processor seconds that serving took, and how many decisions it kept twice.
"""

import json
import logging
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from kentongan.domain import Label, Role
from tests.factories import PASSWORD
from tests.functional.analysts import add_analysts
from tests.web_city import Seen, Site, fill_city, see
from webui.serve import WebServer

HEAD = "kepala"


Made = tuple[Flask, dict[str, Any], Callable[[], int]]


def ours(folder: Path, claims: int, analysts: int, url: str = "") -> Made:
    """Return our site with as many claims of one or two invented posts, its people, and a count of
    claims that were decided on twice in one version."""
    site = Site(folder, environ={"DATABASE_URL": url} if url else {})
    fill_city(site.store, ())
    check = next(iter(site.store.fact_checks.all())).id
    chance, number, keys = random.Random(7), 0, []
    for claim in range(claims):
        words = " ".join(f"{word}{claim}" for word in chance.sample(_WORDS, 24))
        for source in chance.sample(("kanal-warga", "kabar-pasar"), chance.choice((1, 1, 2))):
            seen = Seen(source, words, labels=(Label.HOAX,), hours=chance.randint(1, 90))
            key = see(site.store, seen, number, check)
            number += 1
        keys.append(str(key))
    site.build_index()
    names = add_analysts(site.store, analysts)
    site.store.users.add(HEAD, Role.HEAD, PASSWORD, by="bench")

    def twice() -> int:
        query = "SELECT count(*) - count(DISTINCT claim_id) FROM reviews"
        with site.store.database.read() as session:
            return int(session.execute(text(query)).scalar_one())

    return site.app, {"claims": keys, "names": names}, twice


def bare(folder: Path, claims: int, analysts: int) -> Made:
    """Return a Flask application of two routes over SQLAlchemy and SQLite, as durable as ours: a page
    with a form, and a decision as an update of the version that was seen. No people, no audit log."""
    engine = create_engine(f"sqlite:///{folder / 'bare.db'}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("w")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    writer = engine.execution_options(w=True)
    keys = [str(n) for n in range(claims)]
    with Session(writer) as session, session.begin():
        session.execute(text("CREATE TABLE claims (id TEXT PRIMARY KEY, said TEXT, state TEXT, version INT)"))
        session.execute(text("CREATE TABLE reviews (claim_id TEXT, decision TEXT, version INT)"))
        row = text("INSERT INTO claims VALUES (:id, 'kabar', 'new', 1)")
        session.execute(row, [{"id": key} for key in keys])
    app = Flask("bare")

    @app.get("/claims/<key>")
    def show(key: str) -> str:
        with Session(engine) as session:
            query = text("SELECT said, version FROM claims WHERE id = :id")
            found = session.execute(query, {"id": key}).one()
        return f"<h1>{found.said}</h1><form method=post><input name=version value={found.version}></form>"

    @app.post("/claims/<key>/decisions")
    def decide(key: str) -> tuple[str, int]:
        seen = {"id": key, "version": int(request.form["version"]), "decision": request.form["decision"]}
        which = "WHERE id = :id AND version = :version"
        change = f"UPDATE claims SET state = :decision, version = version + 1 {which}"
        with Session(writer) as session, session.begin():
            if session.execute(text(change), seen).rowcount != 1:  # type: ignore[attr-defined]
                return "", 409
            session.execute(text("INSERT INTO reviews VALUES (:id, :decision, :version)"), seen)
        return "", 303

    def twice() -> int:
        with Session(engine) as session:
            query = "SELECT count(*) - count(DISTINCT claim_id) FROM reviews"
            return int(session.execute(text(query)).scalar_one())

    return app, {"claims": keys, "names": [str(n) for n in range(analysts)]}, twice


_WORDS = tuple(f"kata{n}" for n in range(400))


def main(which: str, folder: str, claims: str, analysts: str, *more: str) -> None:
    made = (ours if which == "ours" else bare)(Path(folder), int(claims), int(analysts), *more)
    app, told, twice = made
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait is what is measured
    server = WebServer(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    print(json.dumps({"port": server.port, **told}), flush=True)
    for line in sys.stdin:  # each line asks how much was used so far
        if line.strip():
            print(json.dumps({"processor_seconds": time.process_time()}), flush=True)
    server.stop()
    thread.join()
    print(json.dumps({"twice": twice()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
