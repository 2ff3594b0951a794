"""A small WordPress on loopback: the parts of its REST API that a careful reader uses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.functional.crawl_sites import article, listening, prose


@dataclass
class Post:
    title: str
    date: datetime
    modified: datetime
    content: str
    categories: tuple[str, ...] = ("Daerah",)
    tags: tuple[str, ...] = ("pasar", "warga")


@dataclass
class WordPress:
    """Posts by number; what is asked of it is noted. `closed` is the status of the API when it is closed."""

    url: str = ""
    posts: dict[int, Post] = field(default_factory=dict)
    closed: int = 0
    old: bool = False  # before 5.7: it refuses modified_after
    gone: dict[int, int] = field(default_factory=dict)  # posts whose page answers so
    asked: list[str] = field(default_factory=list)

    def write(self, number: int, about: str, *, at: datetime, modified: datetime | None = None) -> None:
        self.posts[number] = Post(
            f"Pos nomor {number} tentang {about}", at, modified or at, prose(f"{about} {number}")
        )

    def api_calls(self) -> list[dict[str, str]]:
        """Return the parameters of each question to the API."""
        calls = (urlsplit(path) for path in self.asked if path.startswith("/wp-json/"))
        return [{name: values[0] for name, values in parse_qs(call.query).items()} for call in calls]

    def answer(self, path: str) -> tuple[int, str, str, dict[str, str]]:
        """Return status, content type, body and headers for a path."""
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nAllow: /\n", {}
        if parts.path == "/wp-json/wp/v2/posts":
            return self._api({name: values[0] for name, values in parse_qs(parts.query).items()})
        if parts.path == "/feed/":
            return 200, "application/rss+xml", self._feed(), {}
        number = parts.path.strip("/").removeprefix("pos-")
        if number.isdigit() and int(number) in self.posts:
            post = self.posts[int(number)]
            return self.gone.get(int(number), 200), "text/html", article(post.title, post.content), {}
        return 404, "text/html", "Tidak ada.", {}

    def _api(self, asked: dict[str, str]) -> tuple[int, str, str, dict[str, str]]:
        if self.closed:
            return self.closed, "application/json", '{"code":"rest_forbidden"}', {}
        if self.old and "modified_after" in asked:
            return 400, "application/json", '{"code":"rest_invalid_param"}', {}
        found = list(self.posts.items())
        if "modified_after" in asked:
            since = datetime.fromisoformat(asked["modified_after"])
            found = [(n, post) for n, post in found if post.modified > since]
        by_change = asked.get("orderby") == "modified"
        found.sort(key=lambda row: row[1].modified if by_change else row[1].date, reverse=True)
        size, page = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
        pages = max(1, -(-len(found) // size))
        if page > pages:
            return 400, "application/json", '{"code":"rest_post_invalid_page_number"}', {}
        rows = [self._row(number, post) for number, post in found[(page - 1) * size : page * size]]
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return 200, "application/json; charset=UTF-8", json.dumps(rows), headers

    def _row(self, number: int, post: Post) -> dict[str, object]:
        terms = [
            [{"taxonomy": "category", "name": name} for name in post.categories],
            [{"taxonomy": "post_tag", "name": name} for name in post.tags],
        ]
        return {
            "id": number,
            "link": f"{self.url}/pos-{number}/",
            "date_gmt": post.date.strftime("%Y-%m-%dT%H:%M:%S"),
            "modified_gmt": post.modified.strftime("%Y-%m-%dT%H:%M:%S"),
            "title": {"rendered": post.title},
            "content": {"rendered": post.content, "protected": False},
            "_embedded": {"author": [{"name": "Redaksi Arunika"}], "wp:term": terms},
        }

    def _feed(self) -> str:
        rows = "".join(
            f"<item><title>{post.title}</title><link>{self.url}/pos-{n}/</link></item>"
            for n, post in self.posts.items()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{rows}</channel></rss>'


@contextmanager
def serve_wordpress(**changes: int | bool) -> Iterator[WordPress]:
    """Serve a WordPress without posts on a free port of 127.0.0.1."""
    site = WordPress(**changes)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, text, headers = site.answer(self.path)
            body = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    with listening(Handler) as site.url:
        yield site


def moment(day: int, hour: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)
