"""The engine that the settings name."""

from typing import Any

from kentongan.errors import SettingError
from kentongan.settings import Settings
from search.embedded import EmbeddedIndex
from search.index import SearchIndex

TIMEOUT_SECONDS = 30.0
RETRIES = 2


def build_index(settings: Settings) -> SearchIndex:
    """Return the engine; nothing is opened or asked before its first use.

    Certificates are verified, with the authority of KENTONGAN_SEARCH_CA where given.
    Raises SettingError for an address the client does not take, as one without a port.
    """
    if settings.search_url == "embedded:":
        return EmbeddedIndex(settings.home / "index")
    from elasticsearch import Elasticsearch  # half a second that one office PC need not wait

    from search.elastic import ElasticIndex

    authority: dict[str, Any] = {}
    if settings.search_ca and settings.search_url.startswith("https:"):
        authority["ca_certs"] = str(settings.search_ca)
    try:
        client = Elasticsearch(
            settings.search_url,
            api_key=settings.search_api_key,
            request_timeout=TIMEOUT_SECONDS,
            max_retries=RETRIES,
            retry_on_status=(429, 502, 503, 504),
            retry_on_timeout=False,
            **authority,
        )
    except ValueError as exc:
        raise SettingError("KENTONGAN_SEARCH_URL", str(exc)) from exc
    return ElasticIndex(client)
