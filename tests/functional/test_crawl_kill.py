"""A crawl that is killed at any moment: nothing is lost, nothing is there twice, and every proof holds.

A small run of `benchmarks.crawl kill`, whose checks are shown to notice what they are there for.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from benchmarks._crawl_kill import Found, Killed, check_record, crawl_and_kill
from benchmarks._crawl_ours import settings_of
from kentongan.store import Store, open_store
from kentongan.store.schema import EvidenceRow, ItemRow, RevisionRow

KILLS = 8
AT_ONCE = 4  # requests to one host at a time, where no delay is asked for (`crawler.settings`)
RIGHT = Found(0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def killed(home: Path) -> Killed:
    return crawl_and_kill(home, KILLS)


@pytest.fixture
def store(home: Path, killed: Killed) -> Iterator[Store]:
    store = open_store(settings_of(home).database_url)
    yield store
    store.close()


def test_every_article_is_in_the_record_once_with_its_text_and_the_bytes_that_were_sent(
    killed: Killed,
) -> None:
    assert killed.kills == KILLS
    assert killed.at_work > 0  # or nothing was tried
    assert killed.found == RIGHT


def test_only_what_was_on_its_way_at_a_kill_is_fetched_again(killed: Killed) -> None:
    assert killed.fetched_again <= AT_ONCE * KILLS


def test_the_check_notices_what_is_lost_doubled_changed_or_without_proof(
    home: Path, killed: Killed, store: Store
) -> None:
    found = RIGHT

    def check() -> Found:
        return check_record(home, killed.site, killed.articles)

    with store.database.write() as session:
        first, second, third, fourth = session.scalars(select(ItemRow.id).limit(4))
        session.execute(update(ItemRow).where(ItemRow.id == first).values(text="Isi lain."))
        found = replace(found, wrong=found.wrong + 1)
    assert check() == found
    with store.database.write() as session:
        again = dict(session.execute(select(RevisionRow.__table__).limit(1)).mappings().one())
        session.execute(insert(RevisionRow).values({**again, "item_id": second, "number": 2}))
        found = replace(found, twice=found.twice + 1)
    assert check() == found
    with store.database.write() as session:
        session.execute(update(EvidenceRow).where(EvidenceRow.item_id == third).values(warc_offset=7))
        found = replace(found, without_evidence=found.without_evidence + 1)
    assert check() == found
    with store.database.write() as session:
        elsewhere = "http://127.0.0.1:1/baca/0/lain"
        session.execute(update(ItemRow).where(ItemRow.id == fourth).values(url=elsewhere))
        found = replace(found, lost=found.lost + 1, twice=found.twice + 1)  # and one that no article is
    assert check() == found
