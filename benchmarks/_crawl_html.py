"""The HTML of invented articles, with the furniture of a small Indonesian outlet's pages.

Bytes and elements are as many as on 19 saved pages of such outlets, whose medians are 57 kB, 700 elements,
155 links and 31 scripts; from 30 to 100 kB. The furniture is made once and dealt out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from benchmarks._crawl_pages import OUTLET, PLACES, ZONE, MadePage, sentence, teaser
from tests.invented_pages import BULAN, HARI


def render(page: MadePage, site: str) -> bytes:
    """Return the page as the site at the address `site` sends it, always the same."""
    chance = Random(-1 - page.number)
    local = page.published_at.astimezone(ZoneInfo(ZONE))
    stamp, url = local.isoformat(), f"{site}{page.path}"
    shown = f"{HARI[local.weekday()]}, {local.day} {BULAN[local.month - 1]} {local.year} {local:%H:%M} WIB"
    furniture = _furniture()
    wrapper = chance.choice(("entry-content", "read__content", "article-body", "detail-text"))
    cards = "".join(chance.choices(furniture.cards, k=chance.randint(16, 70)))
    popular = "".join(chance.choices(furniture.links, k=chance.randint(10, 40)))
    styles = "".join(chance.sample(furniture.styles, chance.randint(1, 5)))
    scripts = "".join(chance.sample(furniture.scripts, chance.randint(12, 44)))
    return f"""<!doctype html><html lang="id"><head><meta charset="utf-8">
<title>{page.title} - {OUTLET}</title><link rel="canonical" href="{url}">
<meta property="og:title" content="{page.title} - {OUTLET}"><meta property="og:site_name" content="{OUTLET}">
<meta property="og:type" content="article"><meta property="article:published_time" content="{stamp}">
<meta name="author" content="{page.author}"><meta name="viewport" content="width=device-width">
<script type="application/ld+json">{_linked_data(page, url, stamp)}</script>
{styles}</head><body class="single postid-{page.number}">{furniture.menu}
<div class="container"><main><article class="post-{page.number}"><h1 class="title">{page.title}</h1>
<div class="meta"><span class="by">{page.author}</span> <time datetime="{stamp}">{shown}</time></div>
<figure><img src="/i/{page.number}.jpg" alt=""><figcaption>Suasana di lokasi. {OUTLET}</figcaption></figure>
<div class="{wrapper}">{_body(page, chance)}</div><div class="share"><a href="#">WhatsApp</a>
<a href="#">Facebook</a> <a href="#">Salin Tautan</a></div></article>
<section class="related"><h2>Berita Terkait</h2>{cards}</section></main>
<aside class="sidebar"><h3>Terpopuler</h3><ol>{popular}</ol></aside></div>
{furniture.footer}{scripts}</body></html>""".encode()


def _linked_data(page: MadePage, url: str, stamp: str) -> str:
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": page.title, "url": url,
        "datePublished": stamp, "dateModified": stamp, "author": {"@type": "Person", "name": page.author},
        "publisher": {"@type": "Organization", "name": OUTLET},
    }  # fmt: skip
    return json.dumps(said)


def _body(page: MadePage, chance: Random) -> str:
    pieces = []
    for at, paragraph in enumerate(page.paragraphs):
        pieces.append(f"<p>{paragraph}</p>")
        if at % 4 == 2:
            link = f'<a href="/baca/{chance.randrange(10**5)}">{teaser(chance)}</a>'
            pieces.append(f"<p><strong>Baca juga: {link}</strong></p>")
        if at % 5 == 3:
            pieces.append('<div class="ads-on-body"><p>ADVERTISEMENT</p><script>slots.push(1)</script></div>')
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Furniture:
    """Most of a page's bytes and none of its words."""

    menu: str
    footer: str
    styles: Sequence[str]
    scripts: Sequence[str]
    cards: Sequence[str]
    links: Sequence[str]


@cache
def _furniture() -> _Furniture:
    chance = Random("furniture")
    menu = "".join(
        f'<li class="menu-item"><a href="/kanal/{n}">{place}</a><ul>'
        + "".join(f'<li><a href="/kanal/{n}/{k}">{chance.choice(PLACES)}</a></li>' for k in range(4))
        + "</ul></li>"
        for n, place in enumerate(chance.sample(PLACES, 14))
    )
    return _Furniture(
        menu=f'<header><a class="logo" href="/">{OUTLET}</a><nav><ul>{menu}</ul></nav></header>',
        footer="<footer><p>Tentang Kami | Redaksi | Pedoman Media Siber | Kontak | Kebijakan Privasi</p>"
        f"<p>Hak cipta {OUTLET}. Hak cipta dilindungi undang-undang.</p></footer>",
        styles=[f"<style>{_rules(chance)}</style>" for _ in range(12)],
        scripts=[f"<script>{_state(chance)}</script>" for _ in range(60)],
        cards=[_card(number, chance) for number in range(400)],
        links=[
            f'<li><a href="/baca/{n}">{teaser(chance)}</a> <span>{n % 28 + 1} Juli 2025</span></li>'
            for n in range(400)
        ],
    )


def _card(number: int, chance: Random) -> str:
    image = f'<img src="/i/{number}.jpg" alt="" loading="lazy" srcset="/i/{number}-320.jpg 320w">'
    ago = f"<time>{chance.randint(2, 20)} jam yang lalu</time>"
    heading = f'<a href="/baca/{number}">{image}<h4>{teaser(chance)}</h4></a>'
    return f'<div class="card">{heading}<p>{sentence(chance)}</p>{ago}</div>'


def _rules(chance: Random) -> str:
    return "".join(
        f".c{chance.randrange(10**6)}-{n}{{display:flex;margin:{n}px;color:#{chance.randrange(4096):03x}}}"
        for n in range(90)
    )


def _state(chance: Random) -> str:
    keys = {f"k{chance.randrange(10**6)}": chance.random() for _ in range(chance.randint(4, 40))}
    return f"window.__s=Object.assign(window.__s||{{}},{json.dumps(keys)});"
