"""People who work at once: each with cookies and a connection of their own, over HTTP."""

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from kentongan.domain import Role
from kentongan.store import Store
from tests.factories import PASSWORD
from tests.web_city import Site
from webui.serve import WebServer


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


class Analyst:
    """A person at a browser: keeps cookies, follows nothing by itself."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies: dict[str, str] = {}
        self._token = ""

    def log_in(self) -> None:
        self._read_token("/login")
        answer = self.post("/login", name=self.name, password=PASSWORD)
        assert answer.status == 303, answer.text
        self._read_token("/no-such-page")

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **form: object) -> Answer:
        return self._ask("POST", path, urlencode({"csrf_token": self._token, **form}))

    def close(self) -> None:
        self._connection.close()

    def _read_token(self, page: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found is not None
        self._token = found[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(answer.status, text)


def add_analysts(store: Store, count: int) -> list[str]:
    """Add so many people and return their names."""
    names = [f"analis-{number:02}" for number in range(1, count + 1)]
    with ThreadPoolExecutor(2) as pool:  # their hashes take the time
        list(pool.map(lambda name: store.users.add(name, Role.ANALYST, PASSWORD, by="test"), names))
    return names


@contextmanager
def at_work(sites: Sequence[Site], names: Sequence[str]) -> Iterator[list[Analyst]]:
    """Serve the sites, log everybody in, by turns on each, and yield them."""
    servers = [WebServer(site.app, "127.0.0.1", 0) for site in sites]
    threads = [threading.Thread(target=server.run) for server in servers]
    for thread in threads:
        thread.start()
    people = [Analyst(name, servers[n % len(servers)].port) for n, name in enumerate(names)]
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Analyst.log_in, people))
        yield people
    finally:
        for person in people:
            person.close()
        for server, thread in zip(servers, threads, strict=True):
            server.stop()
            thread.join(timeout=20)
