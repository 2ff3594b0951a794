"""The two outlets that are plain HTML: Suara Muara (a feed), Kabar Pesisir (sitemaps, comments).

Owns: their addresses, their RSS and their sitemaps. Leaves looks to templates/.
"""

import gzip
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from cli.demo.dates import Story
from cli.demo.pages import Comment
from cli.demo.render import dateline, excerpt, news_article, render, slug
from cli.demo.serving import XML, Contents, Resource, robots, static_answer

SUARA, PESISIR = "Suara Muara", "Kabar Pesisir"
_DC = "http://purl.org/dc/elements/1.1/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_GZIP = "application/gzip"
_RECENT = 12  # addresses in the compressed sitemap; the older ones stand in the plain one
_FEWEST_COMMENTS, _COMMENT_STEPS = 4, 6


def build_feed_site(stories: Sequence[Story], origin: str, started: datetime) -> Contents:
    """Return Suara Muara: an RSS feed of summaries, and a page for each story."""
    newest = _newest(stories)
    paths = {s.page.id: f"/baca/{2600 - i}/{slug(s.page.title)}.html" for i, s in enumerate(newest)}
    resources = {
        paths[s.page.id]: Resource(_page("suara.html", SUARA, s, newest, paths, origin, ()), s.modified)
        for s in newest
    }
    front = render("listing.html", outlet=SUARA, stories=newest, paths=paths, link_class="judul")
    items = [(s, origin + paths[s.page.id], excerpt(s)) for s in newest]
    resources |= {
        "/": Resource(front, newest[0].published),
        "/feed": Resource(
            rss(SUARA, origin, items), newest[0].published, "application/rss+xml; charset=utf-8"
        ),
        "/robots.txt": robots(("Disallow: /cari", "Disallow: /akun/"), started),
    }
    source = {"permission": "penuh", "feeds": [f"{origin}/feed"], "press_council": True}
    return Contents(static_answer(resources), _addresses(origin, paths), source)


def build_sitemap_site(
    stories: Sequence[Story], comments: Sequence[Comment], origin: str, started: datetime
) -> Contents:
    """Return Kabar Pesisir: a sitemap index, one compressed child, pages full of comment spam."""
    newest = _newest(stories)
    paths = {s.page.id: f"/{s.published:%Y/%m}/{slug(s.page.title)}" for s in newest}
    resources = {}
    for i, story in enumerate(newest):
        count = _FEWEST_COMMENTS + i % _COMMENT_STEPS
        shown = [comments[(i + j) % len(comments)] for j in range(count)]
        html = _page("pesisir.html", PESISIR, story, newest, paths, origin, shown)
        resources[paths[story.page.id]] = Resource(html, story.modified)
    recent, older = (
        _urlset([(origin + paths[s.page.id], s.modified) for s in part])
        for part in (newest[:_RECENT], newest[_RECENT:])
    )
    children = [f"{origin}/sitemap-berita.xml.gz", f"{origin}/sitemap-arsip.xml"]
    front = render("listing.html", outlet=PESISIR, stories=newest, paths=paths, link_class="post-link")
    rules = ("Disallow: /admin/", "Disallow: /*?replytocom=", f"Sitemap: {origin}/sitemap_index.xml")
    latest = newest[0].published
    resources |= {
        "/": Resource(front, latest),
        "/sitemap_index.xml": Resource(_sitemap_index(children, latest), latest, XML),
        "/sitemap-berita.xml.gz": Resource(gzip.compress(recent, mtime=0), latest, _GZIP),
        "/sitemap-arsip.xml": Resource(older, newest[_RECENT].published, XML),
        "/robots.txt": robots(rules, started),
    }
    source = {"permission": "penuh", "sitemaps": [f"{origin}/sitemap_index.xml"], "press_council": False}
    return Contents(static_answer(resources), _addresses(origin, paths), source)


def rss(title: str, origin: str, items: Sequence[tuple[Story, str, str]]) -> bytes:
    """Return an RSS 2.0 document of (story, address, summary), in the order given."""
    register_namespace("dc", _DC)
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    for tag, text in (("title", title), ("link", origin), ("description", f"Kabar terbaru {title}")):
        SubElement(channel, tag).text = text
    SubElement(channel, "language").text = "id"
    for story, url, summary in items:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = story.page.title
        SubElement(item, "link").text = f"{url}?utm_source=rss&utm_medium=feed"
        SubElement(item, "guid", isPermaLink="true").text = url
        SubElement(item, "pubDate").text = format_datetime(story.published)
        SubElement(item, f"{{{_DC}}}creator").text = story.page.author
        SubElement(item, "description").text = summary
        if story.page.rubric:
            SubElement(item, "category").text = story.page.rubric
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _newest(stories: Sequence[Story]) -> list[Story]:
    return sorted(stories, key=lambda s: s.published, reverse=True)


def _addresses(origin: str, paths: Mapping[str, str]) -> dict[str, str]:
    return {origin + path: key for key, path in paths.items()}


def _page(
    template: str,
    outlet: str,
    story: Story,
    newest: Sequence[Story],
    paths: Mapping[str, str],
    origin: str,
    comments: Sequence[Comment],
) -> bytes:
    url = origin + paths[story.page.id]
    at = newest.index(story)
    words = {SUARA: "ARUNIKA, Suara Muara News - ", PESISIR: "ARUNIKA,KABARPESISIR – "}[outlet]
    return render(
        template,
        outlet=outlet,
        story=story,
        url=url,
        dateline=dateline(story, words),
        declared=news_article(story, url, outlet),
        read_also=newest[(at + 4) % len(newest)],
        related=[newest[(at + step) % len(newest)] for step in (1, 2, 5)],
        latest=newest[:5],
        paths=paths,
        summary=excerpt(story),
        comments=comments,
    )


def _urlset(entries: Sequence[tuple[str, datetime]]) -> bytes:
    root = Element("urlset", xmlns=_SITEMAP)
    for url, modified in entries:
        node = SubElement(root, "url")
        SubElement(node, "loc").text = url
        SubElement(node, "lastmod").text = modified.isoformat()
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _sitemap_index(urls: Sequence[str], modified: datetime) -> bytes:
    root = Element("sitemapindex", xmlns=_SITEMAP)
    for url in urls:
        node = SubElement(root, "sitemap")
        SubElement(node, "loc").text = url
        SubElement(node, "lastmod").text = modified.isoformat()
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
