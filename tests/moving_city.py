"""The invented city with weeks in which something grows, and one that nobody read: for the tests of trends."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import text

from kentongan.collecting import CrawlRun, Outcome
from kentongan.domain import Label, Platform, SourceKind
from kentongan.ids import new_id
from kentongan.store.schema import ClaimRow, ItemPlaceRow, NarrativeRow
from kentongan.trends.weeks import finished_weeks
from tests.factories import make_item, make_source, work_all
from tests.web_city import Site
from webui.places import region_places

SOURCES = [f"kanal-uji-{number}" for number in range(6)]
SECRET = "RAHASIASATU"  # stands in each text and headline made here


def let_it_move(site: Site) -> None:
    """Give the city thirteen weeks: six sources read every day but in one week, and a theme that grows."""
    zone = site.app.extensions["kentongan"].region.time_zone
    weeks = finished_weeks(datetime.now(zone).date(), 13, zone)
    for name in SOURCES:
        site.store.collector.save_source(make_source(name, SourceKind.PUBLIC_CHANNEL))
        for day in range(13 * 7):
            if day // 7 == 10:  # nobody read anything in that week
                continue
            at = datetime.combine(weeks.first + timedelta(days=day), time(12), zone).astimezone(UTC)
            site.store.crawls.save(CrawlRun(name, at, at, Outcome.DONE, lists=1))
    with site.store.database.write() as session:
        session.execute(text("DELETE FROM crawls WHERE source NOT LIKE 'kanal-uji-%'"))
        session.execute(text("UPDATE sources SET active = FALSE WHERE name NOT LIKE 'kanal-uji-%'"))
    place = next(iter(region_places("arunika").values())).kecamatan
    items = []
    for week, count in ((8, 6), (9, 6), (11, 6), (12, 24)):
        on = weeks.first + timedelta(weeks=week, days=2)
        at = datetime.combine(on, time(9), zone).astimezone(UTC)
        for number in range(count):
            words = " ".join(f"{SECRET}{week}x{number}x{n}" for n in range(8))
            item = make_item(f"{words} @akunrahasia", SOURCES[number % 6], platform=Platform.POST,
                             title=f"{SECRET} judul {week} {number}", published_at=at, seen_at=at)  # fmt: skip
            items.append(site.store.collector.save_item(item).id)
    work_all(site.store, Label.HOAX)
    narrative = new_id()
    with site.store.database.write() as session:
        session.add_all(ItemPlaceRow(item_id=key, place=place, votes=1.0) for key in items)
        session.add(
            NarrativeRow(
                id=narrative, label="antrean · bensin", words=["antrean"], claim_count=1, item_count=42,
                first_seen_at=weeks.begins, last_seen_at=weeks.ends, centre=b"", active=True,
            )
        )  # fmt: skip
        session.execute(
            ClaimRow.__table__.update()  # type: ignore[attr-defined]
            .where(ClaimRow.__table__.c.headline.like(f"%{SECRET}%"))
            .values(narrative_id=narrative)
        )
