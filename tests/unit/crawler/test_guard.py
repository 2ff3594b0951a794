"""What the guard refuses by number, by name and by host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.guard import refusal_of_address, refusal_of_url

HOSTS = frozenset({"kabar.example", "127.0.0.1:8001"})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "::ffff:10.0.0.8",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "198.18.0.1",
        "nonsense",
        "",
    ],
)
def test_an_internal_address_is_refused(address: str) -> None:
    assert refusal_of_address(address, allow_loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.20.30", "2606:4700::1111"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert refusal_of_address(address, allow_loopback=False) == ""


def test_loopback_is_allowed_only_where_a_demo_or_test_says_so_and_nothing_else_with_it() -> None:
    assert refusal_of_address("127.0.0.1", allow_loopback=True) == ""
    assert refusal_of_address("10.0.0.8", allow_loopback=True)
    assert refusal_of_address("169.254.169.254", allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://kabar.example/",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://lain.example/",
        "http://kabar.example.jahat.example/",
        "http://jahatkabar.example/",
        "http://kabar.example@jahat.example/",
        "http://user:pass@kabar.example/",
        "http://kabar.example:8080/",
        "http://127.0.0.1/",
        "http://127.0.0.1:8002/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]:8001/",
        "http://[::1",
        "//kabar.example/",
        "",
    ],
)
def test_what_is_not_the_sources_own_is_refused(url: str) -> None:
    assert refusal_of_url(url, HOSTS, allow_loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://kabar.example/a",
        "http://www.kabar.example/",
        "https://m.kabar.example/",
        "http://127.0.0.1:8001/x",
    ],
)
def test_the_sources_own_hosts_and_their_subdomains_are_allowed(url: str) -> None:
    assert refusal_of_url(url, HOSTS, allow_loopback=True) == ""


def test_a_listed_loopback_host_is_still_refused_without_leave() -> None:
    assert refusal_of_url("http://127.0.0.1:8001/x", HOSTS, allow_loopback=False)


@given(st.text(max_size=100))
def test_any_address_gets_an_answer(url: str) -> None:
    assert isinstance(refusal_of_url(url, HOSTS, allow_loopback=False), str)
