"""Answers within bounds that Scrapy and Twisted do not set: of their head, and of their codings.

Owns: the two bounds. Scrapy's `DOWNLOAD_MAXSIZE` bounds the body, packed and unpacked, and
`DOWNLOAD_TIMEOUT` the time. Twisted keeps every line of a head that never ends: 256 MiB in two
seconds. A body of 20 kB under a thousand layers of gzip is 8 MiB at each of them.
"""

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web.iweb import IResponse

from crawler.errors import CrawlError

MAX_HEAD_BYTES = 256 * 1024  # browsers take as much; a line of it is at most 16 KiB, by Twisted
LINE_BYTES = 64  # what keeping a line costs beside its bytes
MAX_CODINGS = 2  # of a body: packed by the site, and once more by what stands before it


class BoundedDownload(HTTP11DownloadHandler):
    """Downloads as Scrapy does; a head or codings without end are errors."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        response = await super().download_request(request)
        codings = sum(value.count(b",") + 1 for value in response.headers.getlist(b"Content-Encoding"))
        if codings > MAX_CODINGS:
            raise CrawlError(f"{request.url}: a body under {codings} codings")
        return response


class _Parser(_LenientHTTPClientParser):
    taken = 0

    def lineReceived(self, line: bytes) -> None:
        self.taken += len(line) + LINE_BYTES
        if self.taken > MAX_HEAD_BYTES:
            raise CrawlError(f"a head of more than {MAX_HEAD_BYTES} bytes")
        super().lineReceived(line)


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: object) -> Deferred[IResponse]:
        answer: Deferred[IResponse] = super().request(request)  # type: ignore[arg-type]
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as Scrapy does: Twisted takes no class for it
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
