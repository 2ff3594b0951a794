"""What the tests of reporting by tiers share: a round of two kecamatan, who answers for them, sheets. All invented."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kentongan.domain import Role, User
from kentongan.ids import new_id
from kentongan.rounds.rules import deadlines
from kentongan.rounds.values import Clocks, Deadlines, Fact, Round, Sheet, Situation, Submission
from kentongan.store import Store
from kentongan.store.users import insert_user

ZONE = ZoneInfo("Asia/Jakarta")
JATIWENING, KEBUN, MEKARJAYA = "00.00.05.1001", "00.00.05.1002", "00.00.05"
BARAT, TIMUR, RINDANG = "00.00.04.1001", "00.00.04.1002", "00.00.04"
PLACES = (BARAT, TIMUR, JATIWENING, KEBUN)
CLOCKS = Clocks(time(10), time(12), time(14))
DAY = date(2026, 11, 17)
MORNING = datetime(2026, 11, 17, 1, tzinfo=UTC)  # 08.00 WIB
NIHIL = Sheet(Situation.NIHIL)
FACT = Fact(
    "Antrean beras di balai kelurahan sampai jalan raya", "warga", "pukul 08.30", "Balai Kelurahan Jatiwening"
)
NOTABLE = Sheet(Situation.NOTABLE, (FACT,), "Linmas mengatur antrean.", "Tambah satu meja.")


def person(store: Store, name: str, *places: str, role: Role = Role.FIELD_REPORTER) -> User:
    """Return a user; a field reporter with these places."""
    with store.database.write() as session:  # without a password: nobody logs in, and a hash takes its time
        user = insert_user(session, store.database, name, role, "", by="test")
    if places:
        store.areas.set(name, places, by="test")
    return user


def soon(at: datetime, hours: tuple[float, float, float] = (2, 4, 6)) -> Deadlines:
    """Return deadlines so many hours after a moment."""
    return Deadlines(*(at + timedelta(hours=one) for one in hours))


def open_round(store: Store, at: datetime = MORNING, places: tuple[str, ...] = PLACES) -> Round:
    """Open a round for DAY with the deadlines of CLOCKS."""
    return store.rounds.open(
        "sari", new_id(), DAY, DAY, deadlines(DAY, CLOCKS, ZONE), places, at=at
    )  # fmt: skip


def send(
    store: Store, one: Round, place: str, user: User, sheet: Sheet = NIHIL, at: datetime = MORNING
) -> Submission:
    """Send a place's sheet over whatever it has."""
    version = store.submissions.own(one.id, place, user.id).version
    return store.submissions.save(one.id, place, user.id, sheet, version=version, send=True, zone=ZONE, at=at)
