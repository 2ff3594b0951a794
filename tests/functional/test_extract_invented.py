"""What is read from the invented pages of `tests/pages`, with floors that only rise.

Figures beside trafilatura, readability, newspaper4k and goose3: `make bench ONLY=extract`.
"""

from dataclasses import dataclass

import pytest
from trafilatura import bare_extraction

from crawler.extract import Extracted, extract_page
from tests.invented_pages import NOW, InventedPage, day_in, read_invented_pages, word_f

LEAST_MEAN_F, LEAST_F = 0.99, 0.93
LEAST_TITLES, LEAST_DAYS, LEAST_AUTHORS = 0.97, 1.0, 0.96


@dataclass(frozen=True)
class Read:
    page: InventedPage
    found: Extracted

    @property
    def f(self) -> float:
        return word_f(self.found.text, self.page.body)


@pytest.fixture(scope="module")
def read() -> list[Read]:
    pages = read_invented_pages(NOW)
    return [Read(p, extract_page(p.html, p.url, time_zone=p.time_zone, now=NOW)) for p in pages]


def test_there_are_pages_of_many_shapes_each_with_gold(read: list[Read]) -> None:
    assert len(read) >= 42
    assert sum(one.page.held_out for one in read) >= 12
    assert all(len(one.page.body) > 150 and one.page.title and one.page.day for one in read)
    assert not any("⟦".encode() in one.page.html for one in read)


def test_the_article_is_read_and_nothing_else(read: list[Read]) -> None:
    scores = {one.page.name: round(one.f, 3) for one in read}

    assert min(scores.values()) >= LEAST_F, scores
    assert sum(scores.values()) / len(scores) >= LEAST_MEAN_F, scores


def test_more_of_the_article_and_less_of_the_rest_is_read_than_by_plain_trafilatura(read: list[Read]) -> None:
    plain = []
    for one in read:
        document = bare_extraction(one.page.html, url=one.page.url, include_comments=False)
        plain.append(word_f(str(getattr(document, "text", "")), one.page.body))

    assert sum(one.f for one in read) > sum(plain)


def test_the_headline_is_read_without_the_name_of_the_outlet(read: list[Read]) -> None:
    wrong = [(one.page.name, one.found.title) for one in read if one.found.title != one.page.title]

    assert len(read) - len(wrong) >= LEAST_TITLES * len(read), wrong


def test_the_day_of_publication_is_read_in_the_zone_of_the_page(read: list[Read]) -> None:
    days = [(one, day_in(one.found.published_at, one.page.time_zone)) for one in read]
    wrong = [(one.page.name, day, one.page.day) for one, day in days if day != one.page.day]

    assert len(read) - len(wrong) >= LEAST_DAYS * len(read), wrong


def test_the_author_is_read_where_the_page_names_one(read: list[Read]) -> None:
    signed = [one for one in read if one.page.author]
    wrong = [(one.page.name, one.found.author) for one in signed if one.found.author != one.page.author]

    assert len(signed) - len(wrong) >= LEAST_AUTHORS * len(signed), wrong


def test_the_section_is_read_where_the_page_declares_one(read: list[Read]) -> None:
    told = {one.page.name: (one.found.section, one.page.section) for one in read if one.page.section}

    assert len(told) >= 5
    assert all(found == expected for found, expected in told.values()), told


def test_every_page_is_read_as_indonesian_whatever_it_declares(read: list[Read]) -> None:
    assert {one.found.language for one in read} == {"id"}
