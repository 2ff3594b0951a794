"""Fifty analysts on one queue at once, over HTTP, on two web servers that share a record, on each database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from kentongan.domain import ClaimId, Label, UserId
from kentongan.leases import Lease
from kentongan.store.history import read_history
from tests.functional.analysts import Analyst, Answer, add_analysts, at_work
from tests.web_city import Seen, Site, fill_city, see

PEOPLE = 50
_SAID = ("jembatan", "pasar", "sekolah")


@pytest.fixture
def sites(tmp_path: Path, store_url: str) -> Iterator[list[Site]]:
    homes = [tmp_path / "one", tmp_path / "other"]
    sites = [Site(home, environ={"DATABASE_URL": store_url}) for home in homes]
    yield sites
    for site in sites:
        site.close()


@pytest.fixture
def claims(sites: list[Site]) -> list[ClaimId]:
    store = sites[0].store
    fill_city(store, ())
    check = next(iter(store.fact_checks.all())).id
    return [
        see(
            store,
            Seen("kanal-ibu", " ".join(f"{word}{n}" for n in range(12)), labels=(Label.HOAX,)),
            at,
            check,
        )
        for at, word in enumerate(_SAID)
    ]


class Team:
    """Everybody doing the same thing at the same moment."""

    def __init__(self, people: list[Analyst]) -> None:
        self._people = people
        self._pool = ThreadPoolExecutor(len(people))
        self._start = Barrier(len(people))

    def all_at_once(self, what: Callable[[Analyst], Answer]) -> dict[str, Answer]:
        def one(person: Analyst) -> tuple[str, Answer]:
            self._start.wait()
            return person.name, what(person)

        return dict(self._pool.map(one, self._people))

    def decide(self, claim: ClaimId) -> dict[str, Answer]:
        return self.all_at_once(
            lambda person: person.post(
                f"/claims/{claim}/decisions",
                decision="watch",
                version=1,
                note=f"catatan {person.name}",
                back="/queue/new",
            )
        )

    def open(self, claim: ClaimId) -> dict[str, Answer]:
        return self.all_at_once(lambda person: person.get(f"/claims/{claim}"))

    def take_over(self, claim: ClaimId, seen: UserId) -> dict[str, Answer]:
        return self.all_at_once(
            lambda person: person.post(f"/claims/{claim}/lease/over", holder=str(seen), note=person.name)
        )


def with_status(answers: dict[str, Answer], status: int) -> list[str]:
    return [name for name, answer in answers.items() if answer.status == status]


def holder(site: Site, claim: ClaimId) -> Lease:
    return site.store.leases.holders([claim])[claim]


def test_fifty_who_decide_at_once_never_both_decide_and_lose_nothing(
    sites: list[Site], claims: list[ClaimId]
) -> None:
    site = sites[0]
    winners: dict[ClaimId, str] = {}
    with at_work(sites, add_analysts(site.store, PEOPLE)) as people:
        team = Team(people)
        for number, claim in enumerate(claims):  # the first from the queue, without a look
            supposed = None
            if number >= 1:  # opened by everybody before: the one who holds it decides
                assert set(with_status(team.open(claim), 200)) == {person.name for person in people}
                supposed = holder(site, claim).user_name
            if number == 2:  # and then taken over by everybody
                first = holder(site, claim)
                assert len(with_status(team.take_over(claim, first.user_id), 303)) == PEOPLE
                supposed = holder(site, claim).user_name
                assert supposed != first.user_name
                (taken,) = read_history(site.store.database, claim).take_overs
                assert (taken.user_name, taken.note, taken.holder_name) == (
                    supposed,
                    supposed,
                    first.user_name,
                )
            answers = team.decide(claim)
            (winners[claim],) = with_status(answers, 303)
            assert supposed in (None, winners[claim])
            refused = with_status(answers, 409)
            assert len(refused) == PEOPLE - 1
            assert all(f"catatan {name}" in answers[name].text for name in refused)

    for claim, winner in winners.items():
        (review,) = site.store.claims.view(claim).reviews
        assert (review.user_name, review.note) == (winner, f"catatan {winner}")
        assert site.store.claims.get(claim).version == 2
    decided = [entry for entry in site.store.audit.latest(10_000) if entry.action == "decide"]
    assert {(entry.subject, entry.actor) for entry in decided} == {
        (str(c), who) for c, who in winners.items()
    }
    assert len(decided) == len(claims)
    assert site.store.audit.verify() is None
    assert site.store.leases.holders(claims) == {}
