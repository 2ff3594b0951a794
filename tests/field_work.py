"""What the tests of field work share: a reporter with an area, a question for it, screenshots. All invented."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from werkzeug.test import TestResponse

from kentongan.domain import Label, Role, Stage
from kentongan.field import Request
from tests.factories import make_assessment, work_all
from tests.web_city import Browser, Site

JATIWENING, MEKARJAYA, BENING = "00.00.05.1001", "00.00.05", "00.00.01.1003"
SAID = "Petugas TPS 4 menolak warga yang datang lewat pukul sembilan pagi tadi."
QUESTION = "Benar ada antrean di TPS 4?"
STATEMENT = "Antrean di TPS 4 mengular sampai jalan raya."
ORIGIN = "http://localhost"


def screenshot(*lines: str, kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture of a few words, as a phone shows them."""
    shown = lines or ("Besok pagi semua TPS ditutup", "karena surat suara habis")
    made = Image.new("RGB", (760, 100 + 70 * len(shown)), "white")
    for number, line in enumerate(shown):
        ImageDraw.Draw(made).text((20, 40 + 70 * number), line, "black", ImageFont.load_default(36))
    return save(made, kind, **options)


def photograph() -> bytes:
    """Return a picture without any text."""
    made = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(made).ellipse((50, 50, 250, 250), fill="grey")
    return save(made)


def save(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def assign(site: Site, *places: str) -> Browser:
    """Return the city's field reporter, logged in, with these places."""
    site.store.areas.set(Role.FIELD_REPORTER.value, places or [JATIWENING], by="test")
    return site.client(Role.FIELD_REPORTER)


def work(site: Site, *labels: Label) -> None:
    """Take what waits through every stage, given these labels; without a vector, as a page without a model."""
    conveyor = site.store.conveyor
    for item in conveyor.take(Stage.COLLECTED, "w", 100):
        assert conveyor.save_assessment(item, "w", make_assessment(*labels, embedding=b""))
    work_all(site.store)


def ask(site: Site, place: str = JATIWENING, question: str = QUESTION) -> Request:
    """Return a question about the first claim, asked of a place by the city's analyst."""
    analyst = next(user for user in site.store.users.all() if user.role is Role.ANALYST)
    return site.store.requests.ask(
        site.claims()[0], analyst.id,
        place=place, statement=STATEMENT, question=question, due_at=datetime.now(UTC) + timedelta(hours=4),
    )  # fmt: skip


def form(browser: Browser, **changes: Any) -> dict[str, Any]:
    """Return what a filled-in form of a report sends; a picture is given as bytes."""
    said: dict[str, Any] = {"text": SAID, "where": "group_chat", "place": JATIWENING, "seen": "", "link": ""}
    said |= changes
    if isinstance(picture := said.get("picture"), bytes):
        said["picture"] = (io.BytesIO(picture), "Screenshot_2026.png")
    return {"csrf_token": browser.token("/lapangan/lapor"), **said}


def hand_in(browser: Browser, **changes: Any) -> TestResponse:
    return browser.client.post("/lapangan/lapor", data=form(browser, **changes), headers={"Origin": ORIGIN})
