"""The shape of a source file: which lists it may name, and what ships."""

import pytest

from crawler.errors import SourceFileError
from crawler.factchecks.names import FILES_ONLY, CheckShape
from crawler.source_file import parse_source, shipped_sources
from kentongan.domain import SourceKind

HEAD = """\
name: cek-arunika
title: Cek Arunika
kind: fact_checker
permission: penuh
home: https://cek.example/
region: nasional
time_zone: Asia/Jakarta
"""
INDEX = 'index: {urls: ["https://cek.example/arsip"]}\n'


def test_a_fact_checker_without_a_shape_is_read_by_its_claim_reviews() -> None:
    parsed = parse_source(f'{HEAD}feeds: ["https://cek.example/feed"]\n', "cek.yaml")

    assert parsed.shape is CheckShape.CLAIM_REVIEW


def test_a_shape_that_reads_its_own_lists_names_no_links() -> None:
    parsed = parse_source(f"{HEAD}shape: kompas\n{INDEX}", "cek.yaml")

    assert parsed.index is not None
    assert (parsed.shape, parsed.index.links) == (CheckShape.KOMPAS, "")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"{HEAD}shape: koran\n{INDEX}", "shape: 'koran' is not one of claim_review, "),
        (f"{HEAD}shape: yudistira\n{INDEX}", "shape: yudistira is read from files only"),
        (f'{HEAD}shape: komdigi_json\nfeeds: ["https://cek.example/feed"]\n', "through index.urls only"),
        (f"{HEAD.replace('fact_checker', 'press')}shape: kompas\n{INDEX}", "only a fact_checker has a shape"),
        (f"{HEAD}{INDEX}", "index.links: is missing"),
        (f"{HEAD}shape: kompas\n{INDEX.replace('}', ', links: a}')}", "index.links: no such field"),
    ],
)
def test_a_shape_that_does_not_fit_is_named_with_its_field(text: str, named: str) -> None:
    with pytest.raises(SourceFileError, match=r"cek\.yaml, line") as caught:
        parse_source(text, "cek.yaml")

    assert named in str(caught.value)


def test_a_source_of_each_shape_ships_inactive_until_its_publisher_agrees() -> None:
    checkers = [s for s in shipped_sources() if s.source.kind is SourceKind.FACT_CHECKER]

    assert {s.shape for s in checkers} == set(CheckShape) - FILES_ONLY - {CheckShape.CLAIM_REVIEW}
    assert not any(s.active for s in checkers)
    assert all("inta" in s.basis and s.delay_seconds >= 5 for s in checkers)  # minta(lah) izin
