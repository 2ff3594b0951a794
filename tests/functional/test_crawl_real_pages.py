"""The saved real pages of development data, served on loopback and crawled into the real record."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from trafilatura import bare_extraction

from crawler.evidence import read_evidence
from crawler.listing import read_links, read_sitemap
from kentongan.domain import Evidence
from kentongan.store import open_store
from kentongan.store.schema import EvidenceRow, ItemRow
from tests.functional.crawl_sites import Answer, database_url, make_source, run_crawl, serve

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("KENTONGAN_SHARED") or ROOT.parent / "shared")
PAGES = SHARED / "data" / "html" / "articles_2015_17"
WORDPRESS = SHARED / "data" / "html" / "wordpress_turnbackhoax_2025"
LEAST_F, LEAST_MEAN_F = 0.93, 0.98

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason=f"no saved pages under {SHARED.name}/data/html")


@dataclass(frozen=True)
class Kept:
    title: str
    text: str
    published_at: datetime | None
    evidence: Evidence


def saved_pages() -> dict[str, bytes]:
    """The article pages by name; the WordPress one lies under a name that calls it a category."""
    pages = {path.name: path.read_bytes() for path in sorted(PAGES.glob("*singlepage*.html"))}
    return {**pages, "wordpress.html": (WORDPRESS / "category_kategori_hoax_page1.html").read_bytes()}


def read_gold() -> dict[str, dict[str, str]]:
    gold = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
    return {name: row for name, row in gold.items() if "title" in row}


def overlap(found: str, expected: str) -> float:
    """Return the F1 of the words of two texts."""
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real-pages")


@pytest.fixture(scope="module")
def kept(home: Path) -> Iterator[dict[str, Kept]]:
    """Crawl an index that links every saved page; return what the record has of each."""
    names = list(saved_pages())
    pages = {f"/{name}": Answer(body, kind="text/html") for name, body in saved_pages().items()}
    links = "".join(f'<li><a href="/{name}?utm_source=indeks">{name}</a></li>' for name in names)
    with serve({**pages, "/": Answer(f"<ul class='daftar'>{links}</ul>".encode())}) as site:
        source = make_source(site.url, f'index: {{urls: ["{site.url}/"], links: ".daftar a"}}')
        report = run_crawl(home, source)
    assert (report.sources[0].items, report.sources[0].errors) == (len(names), 0)
    store = open_store(database_url(home))
    with store.database.read() as session:
        rows = session.execute(
            select(ItemRow, EvidenceRow).join(EvidenceRow, EvidenceRow.item_id == ItemRow.id)
        )
        yield {
            item.url.rsplit("/", 1)[1]: Kept(
                item.title,
                item.text,
                item.published_at,
                Evidence(proof.url, proof.sha256, proof.fetched_at, proof.warc_path, proof.warc_offset),
            )
            for item, proof in rows
        }
    store.close()


def test_every_article_page_has_its_title(kept: dict[str, Kept]) -> None:
    gold = read_gold()

    assert {name: kept[name].title for name in gold} == {
        name: " ".join(row["title"].split()) for name, row in gold.items()
    }


def test_every_article_page_has_its_date_to_the_second(kept: dict[str, Kept]) -> None:
    gold = read_gold()

    assert {name: kept[name].published_at for name in gold} == {
        name: datetime.fromtimestamp(int(row["date"]) / 1000, UTC) for name, row in gold.items()
    }


def test_every_article_page_has_its_body_and_beats_plain_trafilatura(kept: dict[str, Kept]) -> None:
    gold = read_gold()
    ours = {name: overlap(kept[name].text, row["content"]) for name, row in gold.items()}
    plain = {}
    for name, row in gold.items():
        document = bare_extraction((PAGES / name).read_bytes(), url=row["url"], include_comments=False)
        plain[name] = overlap(str(getattr(document, "text", "")), row["content"])
    mean, mean_plain = (sum(scores.values()) / len(scores) for scores in (ours, plain))
    print(f"\nmean F over {len(ours)} pages: kentongan {mean:.3f}, trafilatura {mean_plain:.3f}; {ours}")

    assert min(ours.values()) >= LEAST_F, ours
    assert mean >= LEAST_MEAN_F
    assert mean > mean_plain


def test_the_evidence_behind_every_item_is_the_page_that_was_served(
    home: Path, kept: dict[str, Kept]
) -> None:
    assert {name: read_evidence(home, item.evidence) for name, item in kept.items()} == saved_pages()


def test_a_real_wordpress_page_has_its_title_day_and_body_without_comments(kept: dict[str, Kept]) -> None:
    page = kept["wordpress.html"]

    assert page.title == "[HOAX] 10 Juta Tenaga Kerja Tiongkok Masuk ke Indonesia"
    assert page.published_at == datetime(2016, 12, 7, 17, 0, tzinfo=UTC)  # the 8th in Jakarta
    assert page.text.startswith("SUMBER: Media Sosial\nNARASI:")
    assert "Pos terkait" not in page.text
    assert page.text.splitlines()[-1].startswith("https://www.facebook.com/groups/")


def test_real_wordpress_sitemaps_lead_to_their_posts() -> None:
    zone = ZoneInfo("Asia/Jakarta")
    index = read_sitemap(
        (WORDPRESS / "sitemap_wp-sitemap.xml").read_bytes(), "https://turnbackhoax.id/", zone
    )
    posts = read_sitemap(
        (WORDPRESS / "sitemap_wp-sitemap-posts-post-1.xml").read_bytes(), "https://turnbackhoax.id/", zone
    )

    assert len(index.sitemaps) == 9
    assert index.sitemaps[0].endswith("posts-post-9.xml")
    assert len(posts.articles) == 500
    assert all(entry.url.startswith("https://turnbackhoax.id/20") for entry in posts.articles)


def test_a_real_wordpress_list_leads_to_its_posts() -> None:
    body = (WORDPRESS / "article_turnbackhoax.id.html").read_bytes()  # the front page, whatever its name

    entries = read_links(body, "https://turnbackhoax.id/", "utf-8", "article h3 a")

    assert len(entries) >= 5
    assert all(re.match(r"https://turnbackhoax\.id/20\d\d/\d\d/", entry.url) for entry in entries)
