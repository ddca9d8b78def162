"""Forms, headers, cookies and hosts, against other sites and against thieves."""

import re
from typing import Any

import pytest
from flask import Flask, Response, session
from flask_wtf.csrf import generate_csrf
from werkzeug.test import Client

from gateway_frontend.app import create_app
from gateway_frontend.cookies import known_device, remember_device
from gateway_frontend.settings import GatewaySettings
from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person

SECRET = "0123456789abcdef" * 2
NEW_KEY = "fedcba9876543210" * 2
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
WITHOUT_FORM_TOKEN = {"/unsubscribe/<token>", "/hooks/<token>"}
"""Programs post there; the token in the address cannot be guessed."""
FIRST_OF_ANY = re.compile(r"<any\((\w+)[^>]*>")
LEADS_ELSEWHERE = "/login/openid/end"
"""Changes nothing here: the browser goes on to the provider, which ends its session."""


def settings(**given: Any) -> GatewaySettings:
    away = "http://127.0.0.1:9"
    values = {"secret_key": SECRET, "users_url": away, "messages_url": away} | given
    return GatewaySettings(service_secret=SECRET, **values)


def test_every_form_is_refused_without_its_token() -> None:
    app = create_app(settings())
    client = Client(app)
    client.set_cookie("parley", "session_somebody")
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.rule in WITHOUT_FORM_TOKEN:
            continue
        for method in UNSAFE & (rule.methods or set()):
            path = re.sub(r"<[^>]+>", "1", FIRST_OF_ANY.sub(r"\1", rule.rule))
            answer = client.open(path, method=method, headers={"Accept": "application/json"})
            assert answer.status_code == 400, (method, path)
            assert answer.json
            assert answer.json["type"] == "urn:parley:problem:csrf-failed", (method, path)
            tried += 1
    assert tried > 15


def test_actions_cannot_be_called_by_get() -> None:
    actions = {
        rule.rule: rule.methods or set()
        for rule in create_app(settings()).url_map.iter_rules()
        if re.search(r"/(join|leave|end|revoke|logout)$", rule.rule)
        and rule.rule != LEADS_ELSEWHERE
    }
    assert len(actions) >= 5
    assert not [path for path, methods in actions.items() if "GET" in methods]


def test_the_api_accepts_a_cookie_only_with_the_csrf_header(
    visitor: Visitor, alice: Person, bob: Person
) -> None:
    visitor.log_in(alice)
    body = {"content": "Hi", "recipient_id": bob.id}
    refused = visitor.post("/api/messages", json=body)
    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:parley:problem:csrf-failed"
    form = visitor.post("/api/messages", data={**body, "csrf_token": visitor.token("/app")})
    assert form.status_code == 400
    taken = visitor.post(
        "/api/messages", json=body, headers={"X-CSRF-Token": visitor.token("/app")}
    )
    assert taken.status_code == 201
    assert visitor.get("/api/conversations").status_code == 200


def test_a_form_token_from_before_the_login_is_invalid_after_it(
    visitor: Visitor, alice: Person
) -> None:
    before = visitor.token()
    visitor.log_in(alice)
    answer = visitor.post("/logout", data={"csrf_token": before})
    assert answer.status_code == 400
    assert "out of date" in answer.text


def test_a_bearer_token_needs_no_form_token(visitor: Visitor, alice: Person, bob: Person) -> None:
    answer = visitor.post(
        "/api/messages", json={"content": "Hi", "recipient_id": bob.id}, headers=alice.headers
    )
    assert answer.status_code == 201


def test_the_session_cookie_is_http_only_and_same_site(visitor: Visitor, alice: Person) -> None:
    cookie = visitor.log_in(alice).headers["Set-Cookie"]
    assert re.search(r"parley=session_\S+;", cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_behind_tls_cookies_are_host_bound_and_hsts_is_set() -> None:
    app = create_app(settings(public_url="https://chat.example.org"))
    answer = Client(app).get("/login", base_url="https://chat.example.org")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-parley-form=")
    assert "Secure" in cookie
    assert "wss://chat.example.org" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/login", "/nothing", "/app", "/docs", "/api/version"])
def test_every_response_has_the_security_headers(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["X-Request-ID"]


def test_pages_allow_no_inline_scripts_styles_frames_or_foreign_targets(visitor: Visitor) -> None:
    answer = visitor.get("/login")
    policy = dict(
        part.strip().split(" ", 1)
        for part in answer.headers["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert len(policy["connect-src"].split()) == 3
    assert not re.search(r"<script(?![^>]*\b(src|application/json))", answer.text)
    assert " style=" not in answer.text
    assert " onclick" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "10.0.0.7"])
def test_an_unknown_host_header_is_rejected(visitor: Visitor, host: str) -> None:
    answer = visitor.get("/login", headers={"Host": host})
    assert answer.status_code == 400


def test_beyond_loopback_only_addresses_and_trusted_hosts_are_accepted() -> None:
    client = Client(create_app(settings(host="0.0.0.0", trusted_hosts="chat.local")))
    for host in ("192.168.1.20:5001", "[fe80::1]:5001", "chat.local", "localhost:5001"):
        assert client.get("/login", headers={"Host": host}).status_code == 200, host
    assert client.get("/login", headers={"Host": "rebind.example"}).status_code == 400


def test_an_unavailable_service_shows_a_page_with_advice() -> None:
    client = Client(create_app(settings()))
    client.set_cookie("parley", "session_somebody")
    answer = client.get("/app", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "Try again" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    for path in ("/api/conversations", "/db/alive", "/front/realtime-ticket"):
        problem = client.get(path, headers={"Accept": "text/html"})
        assert problem.status_code == 503
        assert problem.mimetype == "application/problem+json"


def test_a_form_signed_with_the_former_key_works_while_the_key_is_a_fallback() -> None:
    cookie, token = _form_of(create_app(settings()))
    rotated = create_app(settings(secret_key=NEW_KEY, secret_key_fallback=SECRET))
    assert _is_accepted(rotated, cookie, token)
    assert not _is_accepted(create_app(settings(secret_key=NEW_KEY)), cookie, token)


def test_new_forms_are_signed_with_the_new_key() -> None:
    rotated = create_app(settings(secret_key=NEW_KEY, secret_key_fallback=SECRET))
    cookie, token = _form_of(rotated)
    assert _is_accepted(create_app(settings(secret_key=NEW_KEY)), cookie, token)
    assert not _is_accepted(create_app(settings()), cookie, token)


def test_a_known_device_is_recognised_while_the_former_key_is_a_fallback() -> None:
    def cookie_of(app: Flask) -> str:
        with app.test_request_context():
            response = Response()
            remember_device(response, 7)
            return response.headers["Set-Cookie"].partition(";")[0]

    def is_known(app: Flask, cookie: str) -> bool:
        with app.test_request_context(headers={"Cookie": cookie}):
            return known_device() is not None

    former, new = create_app(settings()), create_app(settings(secret_key=NEW_KEY))
    rotated = create_app(settings(secret_key=NEW_KEY, secret_key_fallback=SECRET))
    assert is_known(rotated, cookie_of(former))
    assert is_known(new, cookie_of(rotated))
    assert not is_known(new, cookie_of(former))


def _form_of(app: Flask) -> tuple[str, str]:
    """The cookie and the token of a new form."""
    with app.test_request_context():
        token = generate_csrf()
        response = app.make_response("")
        app.session_interface.save_session(app, session, response)
        return response.headers["Set-Cookie"].partition(";")[0], token


def _is_accepted(app: Flask, cookie: str, token: str) -> bool:
    """Whether `app` accepts a form; users_service is away, so the answer is 503 then."""
    form = {"login": "alice", "password": "a password", "csrf_token": token}
    answer = app.test_client(use_cookies=False).post(
        "/login", data=form, headers={"Cookie": cookie}
    )
    assert answer.status_code in (400, 503)
    return answer.status_code == 503
