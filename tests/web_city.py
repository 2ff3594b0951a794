"""An invented city for the tests of the web UI: a filled record, a filled index, people to log in.

Everyone and everything named here is invented.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kentongan.domain import (
    Assessment,
    ClaimId,
    FactCheckId,
    Item,
    Label,
    Lane,
    Match,
    NewItem,
    Platform,
    Role,
    SourceKind,
    Span,
    Stage,
    Stance,
)
from kentongan.settings import Settings, read_settings
from kentongan.store import Store, open_store
from kentongan.text import shingles
from pipeline.documents import RecordDocuments
from search.embedded import EmbeddedIndex
from search.index import SearchIndex
from tests.factories import PASSWORD, join_like, make_fact_check, make_source
from webui.app import create_app

KEY = "a key of the tests, long enough for anyone"
NOW = datetime.now(UTC).replace(microsecond=0)
H, B, I = Label.HOAX, Label.BLACK_CAMPAIGN, Label.IDENTITY_POLITICS  # noqa: E741


@dataclass(frozen=True)
class Seen:
    """An item and what the model says of it; `because` are the sentences that carried its labels."""

    source: str
    text: str
    title: str = ""
    labels: tuple[Label, ...] = ()
    because: tuple[tuple[str, Label], ...] = ()
    probability: float = 0.9
    stance: Stance = Stance.ASSERTS
    hours: int = 3
    match: float = 0.0  # probability of the match to the city's one fact-check; 0 for none
    confirmed: bool = False
    cues: tuple[str, ...] = ()
    left_open: tuple[Label, ...] = ()  # by the model
    url: str | None = None  # made up when not given
    author: str = ""


CHAIN = (
    "INFO A1 DARI ORANG DALAM!! Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena "
    "surat suara sudah dicoblos duluan dua belas kontainer. Datang sebelum jam delapan atau suara kalian "
    "hangus. Sebarkan ke semua grup sebelum pesan ini dihapus!!"
)
CITY: Sequence[Seen] = (
    Seen(
        "kanal-warga",
        CHAIN,
        labels=(H,),
        hours=9,
        match=0.93,
        confirmed=True,
        probability=0.96,
        because=(
            (
                "Besok pagi semua TPS di Kecamatan Mekarjaya ditutup jam sembilan karena surat suara sudah "
                "dicoblos duluan dua belas kontainer.",
                H,
            ),
            ("Sebarkan ke semua grup sebelum pesan ini dihapus!!", H),
        ),
        cues=("ajakan sebar", "sumber kabur"),
    ),
    Seen("kabar-pasar", CHAIN + " Viralkan.", labels=(H,), hours=6, match=0.9, confirmed=True),
    Seen("kanal-ibu", "Dari grup sebelah: " + CHAIN, labels=(H,), hours=2, match=0.9, confirmed=True),
    Seen(
        "kanal-warga",
        "Jangan pilih Raka Sudirja! Dia buronan kasus korupsi 40 miliar di luar negeri, ijazahnya "
        "palsu semua. Buktinya? Nanti juga kebuka sendiri. Viralkan biar kalah.",
        labels=(H, B),
        hours=4,
        because=(
            ("Jangan pilih Raka Sudirja!", B),
            ("Dia buronan kasus korupsi 40 miliar di luar negeri, ijazahnya palsu semua.", B),
        ),
    ),
    Seen(
        "kabar-pasar",
        "Kota ini milik putra daerah. Pendatang dan anak cucunya jangan dikasih kursi wali kota, "
        "suruh urus kampungnya sendiri!",
        labels=(I,),
        hours=11,
        probability=0.82,
        because=(
            ("Pendatang dan anak cucunya jangan dikasih kursi wali kota, suruh urus kampungnya sendiri!", I),
        ),
    ),
    Seen(
        "kanal-ibu",
        "Beredar surat edaran Wali Kota Arunika nomor 800/99/SE: mulai Senin seluruh jalan protokol "
        "ditutup tiga hari. Stok sembako dari sekarang ya bun.",
        labels=(H,),
        hours=1,
        probability=0.71,
        match=0.44,
        because=(("mulai Senin seluruh jalan protokol ditutup tiga hari", H),),
    ),
    Seen(
        "warta",
        "Seorang sumber yang enggan disebut mengatakan kotak suara di gudang kecamatan telah dibuka "
        "sebelum waktunya. Redaksi belum memperoleh tanggapan penyelenggara hingga berita ini terbit.",
        title="Kotak Suara di Gudang Kecamatan Disebut Telah Dibuka",
        labels=(H,),
        hours=5,
        probability=0.77,
        because=(("kotak suara di gudang kecamatan telah dibuka sebelum waktunya", H),),
    ),
    Seen(
        "warta",
        "Sekretaris Daerah Kota Arunika meminta camat dan lurah mengantisipasi isu hoax, black campaign, "
        "dan politik identitas menjelang pemungutan suara.",
        title="Sekda Minta Camat Antisipasi Isu Hoax",
        stance=Stance.REPORTS,
        hours=20,
    ),
    Seen(
        "kanal-warga", "Pemkot lambat sekali, banjir di Telaga Bening sudah tiga tahun tidak beres.", hours=7
    ),
)


def make_settings(home: Path, **environ: str) -> Settings:
    return read_settings(
        {
            "KENTONGAN_HOME": str(home),
            "KENTONGAN_REGION": "arunika",
            "KENTONGAN_SECRET_KEY": KEY,
            **{f"KENTONGAN_{name}": value for name, value in environ.items()},
        }
    )


def fill_city(store: Store, seen: Sequence[Seen] = CITY) -> None:
    """Put items into the record and through every stage of the conveyor."""
    for name, kind in (
        ("warta", SourceKind.PRESS),
        ("kanal-warga", SourceKind.PUBLIC_CHANNEL),
        ("kabar-pasar", SourceKind.PUBLIC_CHANNEL),
        ("kanal-ibu", SourceKind.PUBLIC_CHANNEL),
    ):
        store.collector.save_source(make_source(name, kind, title=name.replace("-", " ").title()))
    check = store.collector.save_fact_check(
        make_fact_check(claim="Semua TPS di Kecamatan Mekarjaya ditutup pukul sembilan karena surat suara sudah "
                        "dicoblos lebih dulu", verdict_text="SALAH", published_at=NOW - timedelta(days=2))
    )  # fmt: skip
    for number, item in enumerate(seen):
        see(store, item, number, check.id)


def see(store: Store, seen: Seen, number: int, check: FactCheckId) -> ClaimId:
    """Put one item through; it joins a claim whose item holds half of the same words."""
    platform = Platform.NEWS if seen.source == "warta" else Platform.POST
    url = f"https://{seen.source}.example/{number}" if seen.url is None else seen.url
    at = NOW - timedelta(hours=seen.hours)
    saved = store.collector.save_item(
        NewItem(seen.source, platform, seen.text, url, seen.title, seen.author, published_at=at, seen_at=at)
    )
    keep = store.conveyor
    (item,) = keep.take(Stage.COLLECTED, "w", 10)
    assert keep.save_assessment(item, "w", _assessment(item, seen))
    (item,) = keep.take(Stage.ASSESSED, "w", 10)
    words = ("tps", "mekarjaya", "dicoblos")
    matches = [Match(check, seen.match, seen.confirmed, words)] if seen.match else []
    assert keep.save_matches(item, "w", matches)
    (item,) = keep.take(Stage.MATCHED, "w", 10)
    assert keep.save_group(item, "w", shingles(item.full_text), join_like(item.full_text))
    claim = store.items.view(saved.id).item.claim_id
    assert claim is not None
    return claim


def _assessment(item: Item, seen: Seen) -> Assessment:
    text = item.full_text
    spans = [Span(text.index(s), text.index(s) + len(s), label, 0.5 - n / 10)
             for n, (s, label) in enumerate(seen.because)]  # fmt: skip
    return Assessment(
        model="model-1",
        probabilities={
            label: seen.probability if label in (*seen.labels, *seen.left_open) else 0.04 for label in Label
        },
        stance=seen.stance,
        stance_probability=0.9,
        flagged=frozenset(seen.labels),
        abstained=frozenset(seen.left_open),
        spans=tuple(spans),
        cues=seen.cues,
    )


_SESSIONS: dict[Role, str] = {}


@dataclass
class Site:
    """The web UI over a record and an index of its own."""

    home: Path
    index: SearchIndex | None = None
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = make_settings(self.home, **self.environ)
        self.store = open_store(self.settings.database_url)
        if self.index is None:
            self.index = EmbeddedIndex(self.home / "index")
        self.app: Flask = create_app(self.settings, self.store, self.index)

    def fill(self, seen: Sequence[Seen] = CITY) -> "Site":
        fill_city(self.store, seen)
        self.build_index()
        return self

    def build_index(self) -> None:
        assert self.index is not None
        self.index.rebuild(RecordDocuments(self.store).everything())

    def add_people(self, *roles: Role) -> None:
        """Add one user a role, named after it."""
        for role in roles:
            self.store.users.add(role.value, role, PASSWORD, by="test")

    def claims(self, lane: Lane = Lane.NEW) -> list[ClaimId]:
        return [row.claim.id for row in self.store.claims.queue(lane).rows]

    def client(self, role: Role | None = None) -> "Browser":
        """Return a browser, logged in as `role`. A session that a copy of this city gave before is
        used again while it holds: each real login costs an argon2 hash."""
        browser = Browser(self.app.test_client())
        if role is None:
            return browser
        if role in _SESSIONS:
            browser.client.set_cookie("kentongan", _SESSIONS[role])
            if browser.get("/").location != "/login":
                return browser
        answer = browser.post("/login", page="/login", name=role.value, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        cookie = browser.client.get_cookie("kentongan")
        assert cookie is not None
        _SESSIONS[role] = cookie.value
        return browser

    def close(self) -> None:
        if self.index is not None:
            self.index.close()
        self.store.close()


@dataclass(frozen=True)
class Browser:
    """A test client that sends forms as a page would: with the session's own CSRF token."""

    client: FlaskClient

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, **kwargs)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert found is not None, f"no form on {page}"
        return found[1]

    def post(self, path: str, *, page: str = "/no-such-page", **form: Any) -> TestResponse:
        """Send a form; `page` is where its token comes from (every page has the language form)."""
        return self.client.post(path, data={"csrf_token": self.token(page), **form})


def make_template(home: Path) -> Path:
    """Fill `home` once, with one user a role, each logged in, to be copied for each test."""
    site = Site(home).fill()
    site.add_people(*Role)
    for role in Role:
        site.client(role)
    site.close()
    return home
