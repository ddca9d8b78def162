"""The address of a person who uses pages without scripts."""

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings
from tests.gateway_frontend.visitors import TOKEN
from tests.support.cast import Person
from tests.support.in_process import Answer, Client
from tests.support.stack import Stack
from tests.support.waiting import wait_until

ADDRESS = "203.0.113.7"


def test_the_audit_log_has_the_address_of_the_person_and_not_of_the_gateway(
    stack: Stack, admin: Person, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    settings = GatewaySettings(
        secret_key="x" * 32,
        service_secret=stack.service_secret,
        users_url=stack.users_url,
        messages_url=stack.messages_url,
        realtime_url=stack.realtime_url,
    )
    browser = Client(create_app(settings))
    submit(browser, "/login", login=alice.nickname, password=alice.password)
    submit(browser, f"/app/c/{room}/members/{bob.id}/remove")

    wanted = f"/api/audit?action=member.removed&person_id={bob.id}"
    (entry,) = wait_until(lambda: admin.api.get(wanted).json())
    assert entry["address"] == ADDRESS


def submit(browser: Client, path: str, **fields: str) -> Answer:
    environ = {"REMOTE_ADDR": ADDRESS}
    headers = {"Accept": "text/html"}
    token = TOKEN.search(browser.get("/login", headers=headers).text)
    token = token or TOKEN.search(browser.get("/app", headers=headers).text)
    assert token
    data = {"csrf_token": token[1], **fields}
    answer = browser.post(path, data=data, headers=headers, environ_base=environ)
    assert answer.status_code == 303, answer.text
    return answer
