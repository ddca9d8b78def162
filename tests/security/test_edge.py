"""The cluster's nginx, real, in front of real services: what it lets through and what it holds."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.security.edge import SERVICES, Edge
from tests.security.slow_clients import BEARER, BEGINNINGS, POST, slow_clients
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.stack import Stack

MORE_THAN_THREADS = 40
PATIENCE_SECONDS = 5
THROUGH_THE_EDGE = {
    "sends slow headers": BEGINNINGS["sends slow headers"],
    "sends a slow body": BEGINNINGS["sends a slow body"],
    "sends a slow body as an API client": POST % b"/api/messages"
    + BEARER
    + b"Content-Length: 1000\r\n\r\n{",
    "uploads without a right": BEGINNINGS["uploads without a right"],
    "uploads from a form": POST % b"/app/c/1/messages" + b"Content-Length: 2000000\r\n\r\n{",
}


class Mirror(BaseHTTPRequestHandler):
    """Answers with the request's headers."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def edge(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """In front of the shared Parley."""
    ports = {name: stack.config.port + number for number, name in enumerate(SERVICES)}
    running = Edge(tmp_path_factory.mktemp("edge") / "nginx", ports)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """With TLS, in front of servers that show what they were sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    directory = tmp_path_factory.mktemp("mirror")
    ports = dict.fromkeys(SERVICES, server.server_port)
    running = Edge(directory / "nginx", ports, _self_signed(directory))
    running.start()
    yield running
    running.stop()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", THROUGH_THE_EDGE)
def test_slow_clients_do_not_delay_others_behind_the_edge(
    edge: Edge, alice: Person, kind: str
) -> None:
    with slow_clients(edge.port, THROUGH_THE_EDGE[kind], MORE_THAN_THREADS):
        for _ in range(10):
            for path in ("/healthz", "/api/conversations", f"/api/users/{alice.id}"):
                answer = requests.get(
                    edge.url + path, headers=alice.headers, timeout=PATIENCE_SECONDS
                )
                assert answer.status_code == 200, path
            time.sleep(0.1)


def test_odd_headers_do_not_affect_others_behind_the_edge(edge: Edge, alice: Person) -> None:
    head = b"GET /api/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: \xa0b\r\nAccept: \xa0\r\n"
    with slow_clients(edge.port, head + b"Connection: close\r\n\r\n", 12, trickle=False) as odd:
        for client in odd:
            assert client.recv(12).startswith(b"HTTP/1.1 40")
    answer = requests.get(
        f"{edge.url}/api/conversations", headers=alice.headers, timeout=PATIENCE_SECONDS
    )
    assert answer.status_code == 200


def test_only_uploads_may_have_large_bodies(edge: Edge, alice: Person) -> None:
    files = {"file": ("notes.txt", b"line\n" * 2_000_000)}
    answer = requests.post(
        f"{edge.url}/api/attachments", files=files, headers=alice.headers, timeout=60
    )
    assert answer.status_code == 201, answer.text
    content = requests.get(edge.url + answer.json()["url"], headers=alice.headers, timeout=60)
    assert content.content == files["file"][1]
    answer = requests.post(
        f"{edge.url}/api/messages", data=b"x" * 9_000_000, headers=alice.headers, timeout=60
    )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:parley:problem:too-large"


def test_only_sockets_are_upgraded(mirror: Edge) -> None:
    wish = {"Connection": "Upgrade", "Upgrade": "websocket", "X-Service-Secret": "guess"}
    for path in ("/", "/api/messages", "/api/attachments", "/socket.io/x"):
        seen = _mirrored(mirror, path, wish).json()
        assert "upgrade" not in seen, path
        assert "x-service-secret" not in seen
    assert _mirrored(mirror, "/socket.io/", wish).json()["upgrade"] == "websocket"


def test_the_sticky_session_cookie_is_secure_behind_tls(mirror: Edge) -> None:
    cookie = _mirrored(mirror, "/socket.io/", {}).headers["Set-Cookie"]
    assert cookie.startswith("parley_node=")
    assert cookie.endswith("; Secure")


def test_no_log_has_query_strings(tmp_path: Path) -> None:
    nobody = free_port()
    edge = Edge(tmp_path / "nginx", dict.fromkeys(SERVICES, nobody))
    edge.start()
    try:
        for path, status in (("/sign-up", 502), ("/api/messages", 503), ("/socket.io/", 502)):
            answer = requests.get(f"{edge.url}{path}?invite=do-not-tell", timeout=10)
            assert answer.status_code == status
    finally:
        edge.stop()
    logs = "".join(path.read_text() for path in (tmp_path / "nginx").glob("*.log"))
    assert "/sign-up" in logs
    assert "do-not-tell" not in logs


def _mirrored(edge: Edge, path: str, headers: dict[str, str]) -> requests.Response:
    url = edge.url.replace("http:", "https:")
    return requests.get(url + path, headers=headers, timeout=10, verify=edge.certificate)


def _self_signed(directory: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    address = x509.IPAddress(IPv4Address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "tls.crt", directory / "tls.key"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    paths[1].write_bytes(pem)
    return paths
