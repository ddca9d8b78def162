"""Requests to the public web: what is refused, what is limited, and where a connection is made."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from servicekit.public_web.addresses import Address, NotFetched, RefusedAddress, is_public
from servicekit.public_web.client import PublicWeb

LIMITS: dict[str, Any] = {"max_bytes": 1000, "seconds": 5}


def on_loopback(address: Address, port: int) -> bool:
    return address.is_loopback


class Site(BaseHTTPRequestHandler):
    """Each path is a kind of trouble."""

    seen: list[tuple[str, str | None, bytes]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((f"{self.command} {self.path}", self.headers["Host"], body))
        getattr(self, self.path.partition("?")[0].strip("/") or "page")()

    do_POST = do_GET  # noqa: N815

    def page(self) -> None:
        self.answer(b"hello")

    def moved(self) -> None:
        self.answer(b"", 302, Location="/page")

    def round(self) -> None:
        self.answer(b"", 302, Location="/round")

    def inward(self) -> None:
        self.answer(b"", 302, Location="http://10.0.0.1/page")

    def local(self) -> None:
        self.answer(b"", 302, Location="file:///etc/passwd")

    def compressed(self) -> None:
        self.answer(b"x", Content_Encoding="gzip")

    def large(self) -> None:
        self.answer(b"x" * 5000)

    def endless(self) -> None:
        self.start()
        self.drip(b"y" * 500, 0)

    def slow(self) -> None:
        self.start()
        self.drip(b"z", 0.02)

    def stalled(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.drip(b"x", 0.02)

    def garbage(self) -> None:
        self.wfile.write(b"\x00\x01 not http\r\n\r\n")
        self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.start(status, Content_Length=str(len(body)), **headers)
        self.wfile.write(body)

    def start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def drip(self, piece: bytes, pause: float) -> None:
        self.close_connection = True
        for _ in range(2000):
            try:
                self.wfile.write(piece)
            except OSError:
                return
            time.sleep(pause)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def served(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, type[Site]]]:
    handler = type("Handler", (Site,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port, handler
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, type[Site]]]:
    with served() as (port, handler):
        yield f"http://127.0.0.1:{port}", handler


@pytest.fixture
def web() -> PublicWeb:
    return PublicWeb("Parley/test", permits=on_loopback)


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


def test_an_answer_comes_with_its_status_headers_and_last_address(
    site: tuple[str, type[Site]], web: PublicWeb
) -> None:
    answer = web.get(f"{site[0]}/moved", **LIMITS)

    assert (answer.url, answer.status, answer.body) == (f"{site[0]}/page", 200, b"hello")
    assert answer.is_whole
    assert answer.headers["content-length"] == "5"


@pytest.mark.parametrize(("path", "error"), [("inward", RefusedAddress), ("local", RefusedAddress)])
def test_a_redirect_is_checked_like_the_first_address(
    site: tuple[str, type[Site]], web: PublicWeb, path: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        web.get(f"{site[0]}/{path}", **LIMITS)


def test_only_a_few_redirects_are_followed(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    before = len(site[1].seen)
    with pytest.raises(NotFetched, match="redirects"):
        web.get(f"{site[0]}/round", max_redirects=2, **LIMITS)
    assert len(site[1].seen) - before == 3


def test_a_post_does_not_follow_redirects(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    answer = web.post(f"{site[0]}/moved", b"{}", {"Content-Type": "application/json"}, **LIMITS)

    assert answer.status == 302
    assert site[1].seen[-1][::2] == ("POST /moved", b"{}")


@pytest.mark.parametrize("path", ["large", "endless"])
def test_a_body_is_read_up_to_its_limit(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    answer = web.get(f"{site[0]}/{path}", **LIMITS)

    assert len(answer.body) == 1000
    assert not answer.is_whole


@pytest.mark.parametrize("path", ["slow", "stalled"])
def test_the_time_of_a_whole_request_is_limited(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    started = time.monotonic()
    with pytest.raises(NotFetched):
        web.get(f"{site[0]}/{path}", max_bytes=10**6, seconds=0.3)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("path", ["compressed", "garbage"])
def test_an_answer_that_was_not_asked_for_is_an_error(
    site: tuple[str, type[Site]], web: PublicWeb, path: str
) -> None:
    with pytest.raises(NotFetched):
        web.get(f"{site[0]}/{path}", **LIMITS)


def test_addresses_beyond_ascii_are_encoded(site: tuple[str, type[Site]], web: PublicWeb) -> None:
    web.get(f"{site[0]}/page?q=Grüße und mehr", **LIMITS)

    assert site[1].seen[-1][0] == "GET /page?q=Gr%C3%BC%C3%9Fe%20und%20mehr"


def test_certificates_are_checked_for_the_name_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "certificate.pem"))
    with served(_certified(tmp_path, "shop.example")) as (port, _):
        web = PublicWeb("Parley/test", permits=on_loopback)
        answer_names(monkeypatch, [["127.0.0.1"]] * 2)

        assert web.get(f"https://shop.example:{port}/", **LIMITS).body == b"hello"
        with pytest.raises(NotFetched, match="CERTIFICATE_VERIFY_FAILED"):
            web.get(f"https://other.example:{port}/", **LIMITS)


def answer_names(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """Each look-up gets the next list of addresses; returns the names that are looked up."""
    names = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        names.append(host)
        addresses = answers[len(names) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


def _certified(folder: Path, name: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context
