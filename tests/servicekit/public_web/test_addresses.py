"""Refused addresses, and the address of a connection."""

import ipaddress
import socket

import pytest

from servicekit.public_web.addresses import Address, RefusedAddress, is_public
from servicekit.public_web.client import PublicWeb
from tests.servicekit.public_web.site import LIMITS, Site, answer_names


@pytest.mark.parametrize(
    ("address", "port", "expected"),
    [
        ("93.184.215.14", 443, True),
        ("93.184.215.14", 80, True),
        ("2606:4700::1111", 443, True),
        ("::ffff:93.184.215.14", 443, True),
        ("93.184.215.14", 22, False),
        ("93.184.215.14", 8080, False),
        ("127.0.0.1", 80, False),
        ("127.255.255.254", 80, False),
        ("0.0.0.0", 80, False),
        ("10.1.2.3", 80, False),
        ("172.16.0.1", 80, False),
        ("192.168.1.1", 80, False),
        ("100.64.0.1", 80, False),  # shared by customers of a provider
        ("169.254.169.254", 80, False),  # metadata of a cloud
        ("192.0.2.1", 80, False),
        ("198.18.0.1", 80, False),
        ("224.0.0.1", 80, False),
        ("240.0.0.1", 80, False),
        ("255.255.255.255", 80, False),
        ("::1", 80, False),
        ("::", 80, False),
        ("::ffff:127.0.0.1", 80, False),
        ("::ffff:169.254.169.254", 80, False),
        ("::127.0.0.1", 80, False),
        ("64:ff9b::7f00:1", 80, False),  # 127.0.0.1 behind a translator
        ("2002:7f00:1::", 80, False),
        ("2001:0:7f00:1::", 80, False),
        ("2001:db8::1", 80, False),
        ("fe80::1", 80, False),
        ("fec0::1", 80, False),
        ("fc00::1", 80, False),
        ("fd00:ec2::254", 80, False),  # metadata of a cloud
        ("ff02::1", 80, False),
    ],
)
def test_only_addresses_and_ports_of_the_public_web_are_permitted(
    address: str, port: int, expected: bool
) -> None:
    assert is_public(ipaddress.ip_address(address), port) is expected


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25lo]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "http://93.184.215.14:22/",
        "http://93.184.215.14:0/",
        "http://93.184.215.14:99999/",
        "http://user:password@93.184.215.14/",
        "http://user@93.184.215.14/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "gopher://93.184.215.14/",
        "javascript:alert(1)",
        "//93.184.215.14/",
        "http://",
        "http:///etc/passwd",
        "http://a..b/",
        "http://a b/",
        "http://[::1",
        "http://" + "a" * 64 + ".example/",
        "http://93.184.215.14/" + "a" * 5000,
    ],
)
def test_other_addresses_are_refused_without_a_connection(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(RefusedAddress):
        PublicWeb("Parley/test").get(url, **LIMITS)


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_names(monkeypatch, [["93.184.215.14", "192.168.0.7"]])

    with pytest.raises(RefusedAddress):
        PublicWeb("Parley/test").get("http://mixed.example/", **LIMITS)


def test_the_connection_goes_to_the_address_that_was_checked(
    site: tuple[str, type[Site]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site[0].rpartition(":")[2])
    lookups = answer_names(monkeypatch, [["127.0.0.1"], ["127.0.0.99"]])
    checked = []

    def permits(address: Address, _: int) -> bool:
        checked.append(str(address))
        return True

    answer = PublicWeb("Parley/test", permits=permits).get(f"http://new.example:{port}/", **LIMITS)

    assert answer.body == b"hello"
    assert (lookups, checked) == (["new.example"], ["127.0.0.1"])
    assert site[1].seen[-1][1] == f"new.example:{port}"


def test_addresses_beyond_ascii_are_encoded(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    web.get(f"{site[0]}/page?q=Grüße und mehr", **LIMITS)

    assert site[1].seen[-1][0] == "GET /page?q=Gr%C3%BC%C3%9Fe%20und%20mehr"
