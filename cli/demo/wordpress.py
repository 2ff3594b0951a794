"""Warta Arunika: an outlet on WordPress, read through its REST API.

Owns: /wp-json/wp/v2/posts (paging, totals, _fields, _embed, after, modified_after) and the HTML pages.
Source: the WordPress REST API handbook, and DOMAIN 4.3.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from cli.demo.dates import ZONE, Story
from cli.demo.render import dateline, excerpt, news_article, render, slug
from cli.demo.serving import JSON, Contents, Resource, robots

TITLE = "Warta Arunika"
_API = "/wp-json/wp/v2/posts"
_FIRST_ID = 4181
_PER_PAGE, _MAX_PER_PAGE = 10, 100
_READ_ALSO_AFTER = 2  # paragraphs


def build_wordpress(stories: Sequence[Story], origin: str, started: datetime) -> Contents:
    """Return the outlet with the stories, newest first in every list."""
    newest = sorted(stories, key=lambda s: s.published, reverse=True)
    paths = {story.page.id: f"/{slug(story.page.title)}/" for story in newest}
    posts = [_post(story, origin, paths, newest, len(newest) - i) for i, story in enumerate(newest)]
    pages = {
        paths[story.page.id]: Resource(_article(story, post, origin, newest, paths), story.modified)
        for story, post in zip(newest, posts, strict=True)
    }
    front = render("listing.html", outlet=TITLE, stories=newest, paths=paths, link_class="entry-title")
    rules = ("Disallow: /wp-admin/", "Allow: /wp-admin/admin-ajax.php", "Disallow: /?s=")
    pages |= {"/": Resource(front, newest[0].published), "/robots.txt": robots(rules, started)}

    def answer(path: str, query: Mapping[str, str]) -> Resource | None:
        if path.rstrip("/") == _API:
            return _listing(posts, query, newest[0].published)
        return pages.get(path)

    addresses = {origin + path: key for key, path in paths.items()}
    return Contents(answer, addresses, {"permission": "penuh", "wordpress": origin, "press_council": True})


def _post(
    story: Story, origin: str, paths: Mapping[str, str], newest: Sequence[Story], number: int
) -> dict[str, object]:
    link = origin + paths[story.page.id]
    return {
        "id": _FIRST_ID + number,
        "date": _local(story.published),
        "date_gmt": _utc(story.published),
        "guid": {"rendered": f"{origin}/?p={_FIRST_ID + number}"},
        "modified": _local(story.modified),
        "modified_gmt": _utc(story.modified),
        "slug": slug(story.page.title),
        "status": "publish",
        "type": "post",
        "link": link,
        "title": {"rendered": escape(story.page.title, quote=False).replace("–", "&#8211;")},
        "content": {"rendered": _content(story, origin, paths, newest), "protected": False},
        "excerpt": {"rendered": f"<p>{escape(excerpt(story))}</p>\n", "protected": False},
        "author": 2,
        "categories": [7],
        "_embedded": {"author": [{"id": 2, "name": story.page.author}]},
    }


def _content(story: Story, origin: str, paths: Mapping[str, str], newest: Sequence[Story]) -> str:
    """Return the body as WordPress gives it: dateline in bold, a "Baca juga" line amid the text."""
    head = dateline(story, "<strong>ARUNIKA, WARTA ARUNIKA NEWS</strong> – ")
    lines = [f"<p>{escape(p, quote=False)}</p>" for p in story.paragraphs]
    lines[0] = lines[0].replace("<p>", f"<p>{head}", 1)
    other = newest[(newest.index(story) + 3) % len(newest)]
    link = f'<a href="{origin}{paths[other.page.id]}">{escape(other.page.title)}</a>'
    lines.insert(_READ_ALSO_AFTER, f"<p><strong>Baca juga:</strong> {link}</p>")
    return "\n\n".join(lines) + "\n"


def _article(
    story: Story, post: Mapping[str, object], origin: str, newest: Sequence[Story], paths: Mapping[str, str]
) -> bytes:
    url = origin + paths[story.page.id]
    content = post["content"]
    assert isinstance(content, dict)
    return render(
        "wordpress.html",
        outlet=TITLE,
        story=story,
        url=url,
        content=content["rendered"],
        declared=news_article(story, url, TITLE),
        related=[s for s in newest if s.page.rubric == story.page.rubric and s is not story][:3],
        latest=newest[:5],
        paths=paths,
        summary=excerpt(story),
    )


def _listing(posts: Sequence[dict[str, object]], query: Mapping[str, str], modified: datetime) -> Resource:
    try:
        page, size = int(query.get("page", 1)), int(query.get("per_page", _PER_PAGE))
        chosen = [p for p in posts if _wanted(p, query)]
    except ValueError:
        return _refusal("rest_invalid_param", "Parameter tidak sah.", modified)
    if page < 1 or not 1 <= size <= _MAX_PER_PAGE:
        return _refusal("rest_invalid_param", "Parameter tidak sah.", modified)
    total_pages = -(-len(chosen) // size)
    if page > max(total_pages, 1):
        return _refusal("rest_post_invalid_page_number", "Nomor halaman terlalu besar.", modified)
    shown = chosen[(page - 1) * size : page * size]
    if "_embed" not in query:
        shown = [{k: v for k, v in post.items() if k != "_embedded"} for post in shown]
    if fields := {f.strip().split(".")[0] for f in query.get("_fields", "").split(",") if f.strip()}:
        shown = [{k: v for k, v in post.items() if k in fields} for post in shown]
    totals = {"X-WP-Total": str(len(chosen)), "X-WP-TotalPages": str(total_pages)}
    return Resource(json.dumps(shown).encode(), modified, JSON, headers=totals)


def _wanted(post: Mapping[str, object], query: Mapping[str, str]) -> bool:
    for name, field, later in (
        ("after", "date", True),
        ("before", "date", False),
        ("modified_after", "modified", True),
        ("modified_before", "modified", False),
    ):
        if name in query:
            limit = datetime.fromisoformat(query[name].replace(" ", "+"))
            limit = limit if limit.tzinfo else limit.replace(tzinfo=ZONE)
            moment = datetime.fromisoformat(str(post[field])).replace(tzinfo=ZONE)
            if (moment > limit) is not later:
                return False
    return True


def _refusal(code: str, message: str, modified: datetime) -> Resource:
    body = json.dumps({"code": code, "message": message, "data": {"status": 400}}).encode()
    return Resource(body, modified, JSON, status=400)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
