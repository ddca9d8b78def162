"""Stand-ins for users_service and messages_service, so that a benchmark measures realtime_service
alone.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm


class Neighbours:
    """Issues tokens for anybody and puts everybody into the conversations of `conversations_of`."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        jwk = json.loads(OKPAlgorithm.to_jwk(self._key.public_key()))
        self._keys = {"keys": [jwk | {"kid": "bench", "alg": "EdDSA", "use": "sig"}]}
        self._entries: list[dict[str, Any]] = []
        self.members: dict[int, list[int]] = {}
        self.default = [1]
        self.stored = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def token(self, user_id: int, **claims: Any) -> str:
        now = int(time.time())
        payload = {
            "iss": "parley",
            "aud": "parley:api",
            "typ": "access",
            "sub": str(user_id),
            "role": "member",
            "sid": f"s{user_id}",
            "iat": now,
            "nbf": now,
            "exp": now + 900,
        } | claims
        return jwt.encode(payload, self._key, algorithm="EdDSA", headers={"kid": "bench"})

    def ticket(self, user_id: int) -> str:
        return self.token(user_id, aud="parley:realtime", typ="ticket", jti=uuid4().hex)

    def revoke(self, sid: str) -> None:
        entry = {"seq": len(self._entries) + 1, "type": "session.revoked", "data": {"sid": sid}}
        self._entries.append(entry)

    def stop(self) -> None:
        self._server.shutdown()

    def _answer(self, path: str, body: Any) -> Any:
        parts = path.partition("?")[0].strip("/").split("/")
        if path.startswith("/.well-known"):
            return self._keys
        if path.startswith("/internal/feed"):
            return {"entries": self._entries, "last_seq": len(self._entries)}
        if parts == ["internal", "conversations"]:
            ids = path.partition("user_ids=")[2].replace("%2C", ",").split(",")
            users = {id: self.members.get(int(id), self.default) for id in ids}
            found = {id: [{"id": c, "last_seq": 0} for c in known] for id, known in users.items()}
            return {"users": found, "epoch": "e"}
        if parts[:2] == ["internal", "users"]:
            return {"id": int(parts[2]), "nickname": f"person{parts[2]}"}
        if parts[-1] == "resolve":
            return {"id": 1, "name": "lobby", "kind": "room"}
        if parts == ["internal", "messages"]:
            self.stored += len(body["messages"])
            return {"results": [{"status": 201, "message": m} for m in body["messages"]]}
        return {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(size)) if size else None
                data = json.dumps(answer(self.path, body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET  # noqa: N815 - the name that http.server asks for

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
