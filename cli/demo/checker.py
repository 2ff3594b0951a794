"""Cek Arunika: the fact-checker, with a feed, a list and ClaimReview on every page."""

from collections.abc import Sequence
from datetime import datetime

from cli.demo.dates import Story
from cli.demo.outlets import rss
from cli.demo.render import claim_review, excerpt, render, slug
from cli.demo.serving import Contents, Resource, robots, static_answer

TITLE = "Cek Arunika"
_FIRST_NUMBER = 641


def build_checker(stories: Sequence[Story], origin: str, started: datetime) -> Contents:
    """Return the fact-checker with a page for each check."""
    newest = sorted(stories, key=lambda s: s.published, reverse=True)
    paths = {
        s.page.id: f"/periksa/{_FIRST_NUMBER + len(newest) - i}-{slug(s.page.title)}"
        for i, s in enumerate(newest)
    }
    resources = {paths[s.page.id]: Resource(_check(s, origin + paths[s.page.id]), s.modified) for s in newest}
    front = render("listing.html", outlet=TITLE, stories=newest, paths=paths, link_class="kartu-periksa")
    feed = rss(TITLE, origin, [(s, origin + paths[s.page.id], excerpt(s)) for s in newest])
    latest = newest[0].published
    resources |= {
        "/": Resource(front, latest),
        "/periksa": Resource(front, latest),
        "/feed": Resource(feed, latest, "application/rss+xml; charset=utf-8"),
        "/robots.txt": robots(("Disallow: /lapor/",), started),
    }
    index = {"urls": [f"{origin}/periksa"], "links": "a.kartu-periksa"}
    source = {"permission": "penuh", "index": index}
    return Contents(static_answer(resources), {origin + p: key for key, p in paths.items()}, source)


def _check(story: Story, url: str) -> bytes:
    return render(
        "check.html",
        outlet=TITLE,
        story=story,
        url=url,
        declared=claim_review(story, url, TITLE),
        summary=excerpt(story),
    )
