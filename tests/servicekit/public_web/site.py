"""A site with all kinds of trouble, and names that lead to it."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from servicekit.public_web.addresses import Address

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


def answer_names(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """Each look-up gets the next list of addresses; returns the names that are looked up."""
    names = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        names.append(host)
        addresses = answers[len(names) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


def certified(folder: Path, name: str) -> ssl.SSLContext:
    """TLS with a certificate for `name`, which is also written to `certificate.pem`."""
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
