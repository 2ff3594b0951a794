"""Headers, cookies, and hostile content: nothing that was crawled or typed ever runs."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kentongan.domain import Label, NewFactCheck, Role, Verdict
from kentongan.text import clean, mask_personal
from tests.factories import PASSWORD
from tests.web_city import Browser, Seen, Site, see

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>klik</a>",
    "{{7*7}}${7*7}{% raw %}",
    "<!--<style>@import'//evil.example'</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<mark onmouseover=alert(1)>x</mark>",
]
ALLOWED = {
    "html", "head", "meta", "title", "link", "script", "body", "a", "header", "img", "span", "nav", "ul", "li", "div",
    "small", "form", "input", "button", "main", "p", "strong", "kbd", "h1", "h2", "h3", "footer", "label", "select",
    "option", "ol", "mark", "svg", "path", "q", "time", "dialog", "table", "tbody", "tr", "th", "td", "section", "article", "dl", "dt",
    "dd", "details", "summary", "aside", "textarea", "fieldset", "legend", "code", "caption", "thead",
    "figure", "figcaption", "g", "line", "text", "rect", "circle", "defs", "pattern", "optgroup",
}  # fmt: skip


CHARTS = (
    "/tren/",
    "/tren/?menurut=jenis&banding=sebelumnya",
    "/tren/peta",
    "/dialog/baru",
    "/kinerja/?period=1y",
)


class Parts(HTMLParser):
    """What a browser would make of a page: elements and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag not in ALLOWED:
            self.problems.append(f"<{tag}>")
        if tag == "script" and named.get("src") not in (
            "/static/keys.js",
            "/static/lease.js",
            "/static/queue.js",
        ):
            self.problems.append(f"script {named}")
        if tag == "img" and named.get("src") != "/static/mark.svg":
            self.problems.append(f"img {named}")
        for name, value in named.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.problems.append(f"{tag} {name}")
            if name in ("href", "src", "action") and not re.match(r"(/(?!/)|https?://|#)", value):
                self.problems.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("content") / "home")))
    yield site
    site.close()


@pytest.fixture(scope="module")
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/queue/new",
        "/archive/?q=a",
        "/nothing",
        "/healthz",
        "/static/style.css",
        "/metrics",
        "/queue/new?label=x",
    ],
)
def test_every_answer_bears_the_headers(site: Site, analyst: Browser, path: str) -> None:
    headers = analyst.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    if not path.startswith("/static/"):
        assert headers["Cache-Control"] == "no-store"


def test_refusals_bear_the_headers_too(site: Site) -> None:
    for answer in (site.client().get("/queue/new"), site.client().client.post("/login")):
        assert "Content-Security-Policy" in answer.headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    browser = site.client()
    answer = browser.post("/login", page="/login", name="analyst", password=PASSWORD)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"kentongan", "kentongan-known"}
    for cookie in cookies:
        for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
            assert flag in cookie
        assert "Secure" not in cookie  # plain http on loopback
    language = browser.post("/language", language="en").headers.getlist("Set-Cookie")
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in language)


def test_anywhere_but_on_loopback_cookies_travel_over_https_only(site: Site) -> None:
    public = Site(site.home, environ={"HOST": "0.0.0.0"})
    client = public.app.test_client()
    answer = client.get("/login", base_url="https://arunika.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kentongan=")
    assert "Secure" in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    public.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_crawled_ever_runs(site: Site, analyst: Browser, payload: str) -> None:
    check = site.store.collector.save_fact_check(
        NewFactCheck(
            url=f"javascript:alert({len(payload)})//{abs(hash(payload))}",
            publisher=f"Penerbit {payload}",
            claim=f"Klaim {payload} palsu",
            verdict=Verdict.REFUTED,
            verdict_text=f"SALAH {payload}",
            title=f"Cek {payload}",
            published_at=datetime.now(UTC),
        )
    )
    number = 1000 + PAYLOADS.index(payload)
    text = f"Kabar {payload} disebar {number} orang. Sebarkan sekarang!"
    claim = see(
        site.store,
        Seen("kanal-ibu", text, title=f"Judul {payload}", labels=(Label.HOAX,), match=0.9, confirmed=True,
             because=((mask_personal(clean(text)), Label.HOAX),), cues=(payload, "ajakan sebar"), url=f"javascript:alert('{number}')//{payload}"),
        number,
        check.id,
    )  # fmt: skip
    version = site.store.claims.get(claim).version
    analyst.post(f"/claims/{claim}/decisions", decision="watch", version=version, note=f"Catatan {payload}")
    late = analyst.post(
        f"/claims/{claim}/decisions", decision="watch", version=version, note=f"Catatan {payload}"
    )
    site.build_index()
    item = site.store.claims.view(claim).items[0].item
    pages = {
        "conflict": late.text,
        "lane": analyst.get("/queue/watching").text,
        "claim": analyst.get(f"/claims/{claim}").text,
        "item": analyst.get(f"/archive/items/{item.id}").text,
        "search": analyst.get("/archive/", query_string={"q": payload, "source": payload}).text,
        "hits": analyst.get("/archive/", query_string={"q": "sebarkan", "kind": "all"}).text,
        "error": analyst.get("/queue/new", query_string={"cursor": payload}).text,
        "address": analyst.get(f"/{payload}").text,
        "login": site.client().post("/login", page="/login", name=payload, password="x", next=payload).text,
    }
    for name, page in pages.items():
        parts = Parts(page)
        assert parts.problems == [], name
        assert "49" not in "".join(parts.words) or payload != PAYLOADS[6], name
    assert item.title in "".join(Parts(pages["claim"]).words)  # shown, as the text it is


def test_pages_hold_nothing_inline(analyst: Browser) -> None:
    for path in ("/queue/new", "/queue/press", "/archive/", "/archive/?q=mekarjaya", "/nothing", *CHARTS):
        page = analyst.get(path).text
        assert Parts(page).problems == [], path
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert "<style" not in page


def test_our_files_call_no_other_host_and_evaluate_nothing() -> None:
    folder = Path(__file__).parents[2] / "webui" / "static"
    for path in filter(Path.is_file, folder.rglob("*")):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|eval\(|innerHTML|document\.write|@import", text), path.name
