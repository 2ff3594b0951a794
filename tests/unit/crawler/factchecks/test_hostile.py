"""Whatever a site sends, readers give checks or say in one of our errors why not."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import CrawlError
from crawler.factchecks.names import LISTS_ALONE, OWN_LISTS, CheckShape
from crawler.factchecks.reading import Document, Shape
from crawler.factchecks.shapes import SHAPES
from crawler.listing import Entry
from tests.unit.crawler.factchecks.invented import OUTLET

URLS = (
    "https://a.example/cekfakta/read/2025/11/03/1/x",
    "https://a.example/?page=2",
    "https://a.example/page/3",
)
FIELDS = (
    "id",
    "title",
    "slug",
    "status",
    "classification",
    "fact",
    "content",
    "tanggal",
    "published_at",
    "link",
)
FRAGMENTS = (
    '<div class="news-card-h-alt">', '<a href="/articles/1-a">', '<a class="cekfakta-list-link" href="/cekfakta/read/2025/01/01/1/x">',
    "<h1>[SALAH] Pasar ditutup</h1>", "<h1 class='entry-title'>", "<div class='entry-content'>", "Kategori: Hoaks<br>",
    "<h3>Berita</h3>", "<h3>Hasil Cek Fakta</h3>", "NARASI:", "const responseData = [", "</div>", "03/11/2025",
    '<script type="application/ld+json">{"@type":"ClaimReview","claimReviewed":"x","reviewRating":{"alternateName":"Salah"}}</script>',
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
records = st.dictionaries(st.sampled_from(FIELDS), values, max_size=10)
answers = (
    values
    | st.lists(records | values, max_size=4)
    | st.builds(lambda rows, last: {"response": {"data": rows, "last_page": last}}, st.lists(records), values)
)
pages = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=40), max_size=12).map("".join)
bodies = st.binary(max_size=300) | pages.map(str.encode) | answers.map(lambda a: json.dumps(a).encode())


def readers(shape: Shape) -> list[object]:
    return [read for name in ("read_page", "read_list") if (read := getattr(shape, name)) is not None]


@pytest.mark.parametrize("shape", list(CheckShape))
@settings(max_examples=60, deadline=None)
@given(body=bodies, url=st.sampled_from(URLS))
def test_readers_raise_nothing_but_our_errors(shape: CheckShape, body: bytes, url: str) -> None:
    for read in readers(SHAPES[shape]):
        with suppress(CrawlError):
            read(Document(body, url), OUTLET)  # type: ignore[operator]


@given(title=st.text(), text=st.text())
def test_posts_raise_nothing_but_our_errors(title: str, text: str) -> None:
    read = SHAPES[CheckShape.TURNBACKHOAX_WORDPRESS].read_entry
    assert read is not None
    with suppress(CrawlError):
        read(Entry("https://a.example/1", title, text), OUTLET)


def test_every_shape_has_a_reader_and_the_source_files_rules_fit_them() -> None:
    assert set(SHAPES) == set(CheckShape)
    assert all(SHAPES[name].read_list for name in OWN_LISTS)
    assert all(SHAPES[name].read_page is None for name in LISTS_ALONE)
