"""Searching by token: the archive's own language, filters, facets and paging; one item; texts looked at."""

from uuid import uuid4

import pytest

from kentongan.domain import Lane, Role
from search.index import IndexUnavailable, Query
from tests.api import Program, program
from tests.web_city import Site


def found(answer: object) -> list[str]:
    assert isinstance(answer, dict)
    return [hit["id"] for hit in answer["hits"]]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=mekarjaya&kind=item", 3), ("q=mekarjaya", 4), ('q="surat suara" OR banjir&kind=item', 4), ("q=mekarjaya -viralkan&kind=item", 2),
        ("kind=fact_check", 1), ("label=hoax&label=black_campaign&kind=item", 5), ("platform=news&kind=item", 2),
        ("source=kanal-ibu&kind=item", 2), ("stance=reports&kind=item", 1), ("state=new&kind=item", 9), ("q=xyzzy", 0),
        ("since=2000-01-01&until=2000-01-02", 0), ("since=0001-01-01&until=9999-12-31&kind=item", 9),
    ],
)  # fmt: skip
def test_the_archives_language_and_filters_work_alike(analyst: Program, query: str, count: int) -> None:
    answer = analyst.get(f"/archive?{query}")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["total"], len(answer.json["hits"])) == (count, count)


def test_facets_are_counted_where_they_are_asked_for(analyst: Program) -> None:
    asked = analyst.get("/archive?kind=item&facets=true").json
    assert asked is not None
    assert {one["value"]: one["count"] for one in asked["facets"]["platform"]} == {"post": 7, "news": 2}
    assert analyst.get("/archive?kind=item").json["facets"] == {}  # type: ignore[index]
    assert not any("author" in name for name in asked["facets"])


@pytest.mark.parametrize("sort", ["newest", "oldest", "priority", "relevance"])
def test_pages_follow_one_another_without_a_gap(analyst: Program, sort: str) -> None:
    whole = found(analyst.get(f"/archive?kind=item&sort={sort}").json)
    paged, cursor = list[str](), ""
    while True:
        page = analyst.get(
            "/archive", query_string={"kind": "item", "sort": sort, "limit": 2, "cursor": cursor}
        ).json
        assert page is not None
        paged += found(page)
        if page["next"] is None:
            break
        cursor = page["next"]
    assert paged == whole
    assert len(whole) == 9


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=person", "kind"), ("label=fake", "label.0"), ("label=hoax&label=fake", "label.1"), ("since=0", "since"),
        ("since=2026-02-30", "since"), ("since=yesterday", "since"), ("claim=x", "claim"), ("sort=author", "sort"), ("author=x", "author"),
        ("cursor=x", "cursor"), ("limit=1000", "limit"), ("facets=yes", "facets"), ("q=" + "x" * 501, "q"), ("voice=x", "voice"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_named(analyst: Program, query: str, field: str) -> None:
    answer = analyst.get(f"/archive?{query}")
    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_accounts_and_numbers_are_searched_for_in_vain(analyst: Program) -> None:
    for typed in ("@kanal_warga", "081234567890", "author:sari", "penulis:sari"):
        assert analyst.get("/archive", query_string={"q": typed}).json["total"] == 0, typed  # type: ignore[index]


def test_search_that_is_down_is_not_finding_nothing(
    site: Site, analyst: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_query: Query) -> None:
        raise IndexUnavailable("no index")

    monkeypatch.setattr(site.index, "search", down)
    answer = analyst.get("/archive?q=tps")
    assert (answer.status_code, answer.json["code"]) == (503, "search_down")  # type: ignore[index]
    assert int(answer.headers["Retry-After"]) > 0
    assert site.store.audit.latest(1)[0].action == "search"
    assert analyst.get("/claims").status_code == 200


def test_an_item_comes_with_checks_and_captures(site: Site, analyst: Program) -> None:
    key = site.store.claims.view(site.claims()[0]).items[0].item.id
    answer = analyst.get(f"/items/{key}").json
    assert answer is not None
    assert answer["item"]["id"] == str(key)
    assert answer["item"]["labels"] == ["hoax"]
    assert answer["checks"][0]["publisher"] == "Periksa Arunika"
    assert answer["captures"] == []
    assert analyst.get(f"/items/{uuid4()}").status_code == 404
    assert analyst.get("/items/x").status_code == 404


def test_the_press_is_named_with_no_label_and_no_verdict_of_a_check(site: Site, analyst: Program) -> None:
    claim = site.claims(Lane.PRESS)[0]
    whole = analyst.get(f"/claims/{claim}").json
    assert whole is not None
    item = analyst.get(f"/items/{whole['items'][0]['id']}").json["item"]  # type: ignore[index]
    for one in (whole["claim"], whole["items"][0], item):
        assert one["labels"] == []
        assert one["indications"] == ["pernyataan perlu diklarifikasi"]
    for one in (whole["items"][0], item):
        assert (one["readings"], one["marks"], one["press"]) == ([], [], True)


def test_without_a_model_a_check_says_that_it_cannot_be_done_now(analyst: Program) -> None:
    answer = analyst.post("/check", text="Sebarkan!")
    assert (answer.status_code, answer.json["code"]) == (503, "not_now")  # type: ignore[index]
    assert "kentongan doctor" in answer.text


def test_sources_come_with_their_health(analyst: Program) -> None:
    answer = analyst.get("/sources").json
    assert answer is not None
    assert [one["name"] for one in answer["sources"]] == ["kabar-pasar", "kanal-ibu", "kanal-warga", "warta"]
    assert {one["state"] for one in answer["sources"]} == {"unknown"}


def test_watched_searches_are_those_that_one_may_see(site: Site, analyst: Program) -> None:
    mine = site.store.users.named("analyst")
    theirs = site.store.users.named("head")
    assert mine is not None
    assert theirs is not None
    topics = [search for search in site.store.saved.all() if not search.owner]
    wanted = topics[0].wanted
    own = site.store.saved.add(wanted, owner=mine, expires_at=None, by="analyst")
    hidden = site.store.saved.add(
        wanted.__class__("Rahasia", "banjir"), owner=theirs, expires_at=None, by="head"
    )
    listed = analyst.get("/saved-searches").json
    assert listed is not None
    kinds = {one["id"]: one["whose"] for one in listed["searches"]}
    assert kinds[str(own.id)] == "own"
    assert kinds[str(topics[0].id)] == "region"
    assert str(hidden.id) not in kinds
    assert analyst.get(f"/saved-searches/{own.id}").json["hits"] == []  # type: ignore[index]
    assert analyst.get(f"/saved-searches/{hidden.id}").status_code == 404
    assert analyst.get(f"/saved-searches/{own.id}?cursor=x").json["errors"][0]["field"] == "cursor"  # type: ignore[index]


def test_what_a_watched_search_found_is_told_and_not_marked_as_seen(site: Site, analyst: Program) -> None:
    search, user = site.store.saved.all()[0], site.store.users.named("analyst")
    assert user is not None
    items = [view.item.id for view in site.store.claims.view(site.claims()[0]).items]
    versions = site.store.saved.versions()
    site.store.saved_hits.record({item: [search.id] for item in items}, [search.id], versions)
    first = analyst.get(f"/saved-searches/{search.id}?limit=2").json
    assert first is not None
    second = analyst.get(
        f"/saved-searches/{search.id}?limit=2&cursor={first['next'].replace('+', '%2B')}"
    ).json
    assert second is not None
    seen = [hit["item"]["id"] for hit in (*first["hits"], *second["hits"])]
    assert sorted(seen) == sorted(map(str, items))
    assert site.store.saved_hits.counts(
        [search.id], site.app.extensions["kentongan"].region.time_zone, user.id
    )[search.id].new == len(items)


def test_a_reporter_hands_in_a_report_once_and_for_their_own_area(site: Site) -> None:
    reporter, place = program(site, Role.FIELD_REPORTER), "99.01.01"
    site.store.areas.set("field_reporter", [place], by="administrator")
    key = str(uuid4())
    report = {
        "text": "Beredar pesan bahwa TPS 4 ditutup besok, hubungi 081234567890.",
        "where": "group_chat",
        "place": place,
    }
    first, again = (reporter.post("/field-reports", **report, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    user = site.store.users.named("field_reporter")
    assert user is not None
    ((kept, text),) = site.store.field_reports.own(user.id)
    assert str(kept.id) == first.json["id"]  # type: ignore[index]
    assert "0812" not in text
    for changed, field in (
        ({"place": "99.09.09"}, "place"), ({"text": "Aneh"}, "text"), ({"where": "somewhere"}, "where"),
        ({"link": "https://chat.whatsapp.com/abc"}, "link"), ({"seen": "2026-01-01"}, "seen"), ({"seen": "2000-01-01T00:00:00Z"}, "seen"),
        ({"group": "RT 4"}, "group"),
    ):  # fmt: skip
        refused = reporter.post("/field-reports", **(report | changed))
        assert refused.status_code == 422, changed
        assert refused.json["errors"][0]["field"] == field  # type: ignore[index]
