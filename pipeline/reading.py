"""Getting the text out of a page or a screenshot that somebody gave. Keeps nothing."""

from collections.abc import Iterable

from crawler.fetch_answer import Network
from crawler.fetch_one import owner_of, read_page
from crawler.source_file import host_of, shipped_sources
from kentongan.domain import Permission, Source, SourceKind
from kentongan.settings import Settings
from kentongan.text import mask_personal
from pipeline.given import Given, GivenKind
from pipeline.screenshots import read_screenshot

MAX_PAGE_CHARACTERS = 80_000  # no longer text is read by the model


def read_given_page(url: str, settings: Settings, time_zone: str, known: Iterable[Source]) -> Given:
    """Return what stands on a public page, title first. Raises PageNotRead.

    `known` are the record's sources; those that ship with the product are known as well.
    """
    owners = _owners(known)
    page = read_page(
        url,
        contact=settings.contact,
        time_zone=time_zone,
        network=Network(settings.allow_loopback),
        feed_only=frozenset(
            host for host, s in owners.items() if s.active and s.permission is Permission.FEED_ONLY
        ),
    )
    title = mask_personal(page.title)
    body = mask_personal(page.text[:MAX_PAGE_CHARACTERS])
    owner = owners.get(owner_of(page.url, owners))
    return Given(
        GivenKind.PAGE,
        f"{title}\n{body}" if title else body,
        page.url,
        title,
        owner.title if owner and (owner.kind is SourceKind.PRESS or owner.press_council) else "",
    )


def read_given_screenshot(raw: bytes) -> Given:
    """Return what is written in a picture. Raises PictureNotRead, OcrMissing."""
    return Given(GivenKind.SCREENSHOT, read_screenshot(raw))


def _owners(known: Iterable[Source]) -> dict[str, Source]:
    """Return whose each host is."""
    shipped = {host: file.source for file in shipped_sources() for host in file.hosts}
    return shipped | {host_of(source.home): source for source in known if source.home}
