"""The peer ejabberd of Debian, with its archive of messages in SQLite, and a client of XMPP."""

import json
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.cores import on_core, server_core
from benchmarks.http_load import Send
from benchmarks.targets import Target, content, folder_of_server
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

NAME = "ejabberd"
HOST = "127.0.0.1"
STREAM = (
    "<stream:stream to='localhost' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
REQUEST_ACK = "<r xmlns='urn:xmpp:sm:3'/>"


def is_installed() -> bool:
    return _code() is not None


@contextmanager
def running_ejabberd() -> Iterator[Target]:
    with folder_of_server() as folder:
        port = free_port()
        process = Process(_command(folder, port), log=folder / "log", cwd=folder)
        with on_core(server_core()):
            process.start()
        try:
            wait_until(lambda: _answers(port), 60, what="ejabberd answers")
            Client(port, "alice").register()
            Client(port, "bob").register()
            with Client(port, "bob").signed_in():
                yield Target(
                    name=NAME,
                    url=f"xmpp://{HOST}:{port}",
                    sender=_sending(port),
                    processes={"ejabberd": [process.pid]},
                )
        finally:
            process.kill()


class Client:
    """One stream of XMPP (RFC 6120), with acknowledgements (XEP-0198)."""

    def __init__(self, port: int, name: str) -> None:
        self._name = name
        self._socket = socket.create_connection((HOST, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ask(STREAM, "</stream:features>")

    def register(self) -> None:
        """A new account on this server (XEP-0077)."""
        fields = f"<username>{self._name}</username><password>password</password>"
        query = f"<query xmlns='jabber:iq:register'>{fields}</query>"
        self.ask(f"<iq type='set' id='register'>{query}</iq>", "type='result'")
        self._socket.close()

    @contextmanager
    def signed_in(self) -> Iterator[None]:
        self.sign_in()
        self.ask("<presence/>", "<presence")
        yield
        self._socket.close()

    def sign_in(self) -> None:
        secret = b64encode(f"\0{self._name}\0password".encode()).decode()
        plain = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"
        self.ask(plain, "<success")
        self.ask(STREAM, "</stream:features>")
        bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        self.ask(f"<iq type='set' id='bind'>{bind}</iq>", "</iq>")

    def ask(self, text: str, end: str) -> None:
        """Sends this, and reads until `end` has come."""
        self._socket.sendall(text.encode())
        received = b""
        while end.encode() not in received:
            data = self._socket.recv(65536)
            if not data or b"type='error'" in data or b"<failure" in data:
                raise ConnectionError(f"ejabberd answered: {received + data!r}")
            received += data


def _sending(port: int) -> Callable[[], Send]:
    def sender() -> Send:
        client = Client(port, "alice")
        client.sign_in()
        client.ask("<enable xmlns='urn:xmpp:sm:3'/>", "<enabled")

        def send(number: int) -> None:
            body = f"<body>{escape(content(number))}</body>"
            message = f"<message to='bob@localhost' type='chat' id='m{number}'>{body}</message>"
            client.ask(message + REQUEST_ACK, "<a ")

        return send

    return sender


def _command(folder: Path, port: int) -> list[str]:
    """As Debian's `ejabberdctl foreground`, with files and a port of its own."""
    settings = {
        "hosts": ["localhost"],
        "loglevel": "warning",
        "listen": [
            {
                "port": port,
                "ip": HOST,
                "module": "ejabberd_c2s",
                "access": "all",
                "shaper": "none",
                "starttls": False,
            }
        ],
        "default_db": "sql",
        "sql_type": "sqlite",
        "sql_database": str(folder / "chat.sqlite3"),
        "auth_method": "internal",
        "registration_timeout": "infinity",
        "modules": {
            "mod_mam": {"default": "always"},
            "mod_register": {"ip_access": "all"},
            "mod_roster": {},
            "mod_stream_mgmt": {"resend_on_timeout": False},
        },
    }
    config = folder / "ejabberd.yml"
    config.write_text(json.dumps(settings))
    database = f'"{folder / "mnesia"}"'
    return [
        "erl", "-noinput", "+K", "true", "-pa", str(_code()),
        "-mnesia", "dir", database, "-ejabberd", "config", f'"{config}"',
        "log_path", f'"{folder / "ejabberd.log"}"', "-s", "ejabberd",
    ]  # fmt: skip


def _code() -> Path | None:
    """The folder of ejabberd's compiled modules, where Debian puts it."""
    found = Path("/usr/lib").glob("*/ejabberd-*/ebin/ejabberd.app")
    return next((path.parent for path in found), None)


def _answers(port: int) -> bool:
    Client(port, "anybody")
    return True
