"""Invented pages and answers of fact-checkers for tests; Kota Arunika and its people do not exist."""

import json
from zoneinfo import ZoneInfo

from crawler.factchecks.reading import Document, Outlet

OUTLET = Outlet("cek-arunika", "Cek Arunika", ZoneInfo("Asia/Jakarta"))
ERROR_PAGE = "<html><body><header>Menu</header><main><p>Terjadi kesalahan saat mengambil data.</p></main></body></html>"
SCAM = "Ambil hadiah di https://hadiah-arunika.xyz/klaim atau hubungi 0812-3456-7890"
MASKED_SCAM = "Ambil hadiah di URL atau hubungi NOMOR"
PROSE = "Faktanya pasar tetap buka, kata Dinas Perdagangan Arunika."


def page(title: str, body: str, *, review: dict[str, object] | None = None) -> str:
    """Return a page with a title, a body and, perhaps, a ClaimReview."""
    script = f'<script type="application/ld+json">{json.dumps(review)}</script>' if review else ""
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title} - Cek Arunika</title>"
        f'<meta property="og:title" content="{title}">{script}</head>'
        f'<body><nav><a href="/">Beranda</a></nav><h1 class="entry-title">{title}</h1>{body}</body></html>'
    )


def claim_review(claim: str, word: str, **fields: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": claim,
        "datePublished": "2025-11-03T09:00:00+07:00",
        "reviewRating": {"@type": "Rating", "alternateName": word},
    } | fields


def document(body: str | bytes | object, url: str, *, asked: str = "") -> Document:
    """Return a document of a page's text, its bytes, or anything else as JSON."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return Document(raw, url, asked=asked)
