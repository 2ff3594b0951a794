"""Elasticsearch over TLS, with a key or a password: who is believed, and what is told to nobody.

Reads only: the alias is the one of the settings, and the server may be somebody's.
"""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kentongan.errors import SettingError
from kentongan.settings import read_settings
from search.factory import build_index
from search.index import IndexNotReady, IndexUnavailable, SearchIndex
from tests.certificates import Authority, make_authority
from tests.elastic_proxy import Proxy, proxy_to

SECRET = "kata-sandi-rahasia"
KEY = base64.b64encode(b"id:kunci-rahasia").decode()
Build = Callable[..., SearchIndex]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    made: list[SearchIndex] = []

    def build(url: str, **others: object) -> SearchIndex:
        environ = {f"KENTONGAN_SEARCH_{name}": str(value) for name, value in {"URL": url, **others}.items()}
        made.append(build_index(read_settings({"KENTONGAN_HOME": str(tmp_path), **environ})))
        return made[-1]

    yield build
    for index in made:
        index.close()


def ask(index: SearchIndex) -> None:
    """Ask the server; whether it has an index is nothing to these tests."""
    with suppress(IndexNotReady):
        index.health()


def test_a_server_whose_authority_is_named_is_believed(
    elasticsearch_url: str, authority: Authority, tmp_path: Path, build: Build
) -> None:
    with proxy_to(elasticsearch_url, authority.server(tmp_path)) as proxy:
        ask(build(proxy.url, CA=authority.file))
        assert proxy.asked


@pytest.mark.parametrize("case", ["no authority", "another authority", "another address", "out of date"])
def test_a_server_that_cannot_show_who_it_is_is_told_nothing(
    elasticsearch_url: str, authority: Authority, tmp_path: Path, build: Build, case: str
) -> None:
    context = authority.server(
        tmp_path,
        "127.0.0.2" if case == "another address" else "127.0.0.1",
        days=-1 if case == "out of date" else 1,
    )
    other = make_authority(tmp_path, "other.example")
    given = {"no authority": {}, "another authority": {"CA": other.file}}.get(case, {"CA": authority.file})
    with proxy_to(elasticsearch_url, context) as proxy:
        with pytest.raises(IndexUnavailable, match=r"no answer from the server.*certificate"):
            build(proxy.url, API_KEY=KEY, **given).health()
        assert proxy.asked == []


def test_a_key_is_sent_as_one_and_told_to_nobody(
    elasticsearch_url: str,
    authority: Authority,
    tmp_path: Path,
    build: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), proxy_to(elasticsearch_url, authority.server(tmp_path)) as proxy:
        ask(build(proxy.url, CA=authority.file, API_KEY=KEY))
        assert {asked.headers.get("authorization") for asked in proxy.asked} == {f"ApiKey {KEY}"}
    assert KEY not in caplog.text


def test_a_password_in_the_address_is_sent_and_told_to_nobody(
    elasticsearch_url: str, build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), proxy_to(elasticsearch_url) as proxy:
        index = build(proxy.url.replace("://", f"://kentongan:{SECRET}@"))
        ask(index)
        told = base64.b64encode(f"kentongan:{SECRET}".encode()).decode()
        assert {asked.headers.get("authorization") for asked in proxy.asked} == {f"Basic {told}"}
        _refuse(proxy, 401)
        with pytest.raises(IndexUnavailable, match="KENTONGAN_SEARCH_API_KEY") as refused:
            index.health()
    with pytest.raises(IndexUnavailable) as down:  # the proxy is gone
        index.health()
    for text in (caplog.text, str(refused.value), str(down.value), repr(index)):
        assert SECRET not in text
        assert told not in text


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_taken_is_down_and_names_the_setting(
    elasticsearch_url: str, build: Build, status: int
) -> None:
    with proxy_to(elasticsearch_url) as proxy:
        _refuse(proxy, status)
        with pytest.raises(IndexUnavailable, match="KENTONGAN_SEARCH_API_KEY"):
            build(proxy.url, API_KEY=KEY).health()


def test_an_authority_that_is_no_certificate_names_its_setting(tmp_path: Path, build: Build) -> None:
    file = tmp_path / "ca.crt"
    file.write_text("not a certificate")
    with pytest.raises(SettingError, match=r"KENTONGAN_SEARCH_CA: .*ca\.crt"):
        build("https://127.0.0.1:9200", CA=file)


def _refuse(proxy: Proxy, status: int) -> None:
    proxy.instead = lambda asked: (status, "security_exception", "unable to authenticate")
