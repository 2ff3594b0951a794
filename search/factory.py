"""The engine that the settings name."""

import ssl
from typing import Any

from kentongan.errors import SettingError
from kentongan.settings import Settings
from search.embedded import EmbeddedIndex
from search.index import SearchIndex

TIMEOUT_SECONDS = 30.0
RETRIES = 2  # of reading, at once; writing waits between its tries (`elastic_bulk`)


def build_index(settings: Settings) -> SearchIndex:
    """Return the engine; nothing is opened or asked before its first use.

    Certificates are always verified, with the authority of KENTONGAN_SEARCH_CA where given.
    Raises SettingError for an address the client does not take, as one without a port, and for a
    file that is no certificate.
    """
    if settings.search_url == "embedded:":
        return EmbeddedIndex(settings.home / "index")
    from elasticsearch import Elasticsearch  # half a second that one office PC need not wait

    from search.elastic import ElasticIndex

    secure: dict[str, Any] = {}
    if settings.search_url.startswith("https:"):
        secure["ssl_context"] = _verifying(settings)
    try:
        client = Elasticsearch(
            settings.search_url,
            api_key=settings.search_api_key,
            request_timeout=TIMEOUT_SECONDS,
            max_retries=RETRIES,
            retry_on_status=(429, 502, 503, 504),
            retry_on_timeout=False,
            **secure,
        )
    except ValueError as exc:
        raise SettingError("KENTONGAN_SEARCH_URL", str(exc)) from exc
    return ElasticIndex(client, replicas=settings.search_replicas)


def _verifying(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.search_ca)
    except (ssl.SSLError, OSError) as exc:
        problem = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise SettingError("KENTONGAN_SEARCH_CA", f"{settings.search_ca}: {problem}") from exc
