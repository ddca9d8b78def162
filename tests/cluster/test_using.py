"""The cluster as people and programs use it."""

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

import requests
from playwright.sync_api import expect

from tests.cluster.cluster import Cluster
from tests.journeys.windows import Window
from tests.support.browser import Profiles
from tests.support.cast import Api, Person
from tests.support.sockets import Tab
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SERVICES_INSIDE = ("/internal/feed", "/internal/messages", "/metrics", "/readyz")


def test_two_people_write_to_each_other(cluster: Cluster, alice: Person, bob: Person) -> None:
    sent = alice.send("Hello Bob", to=bob)
    path = f"/api/conversations/{sent['conversation_id']}/messages"
    assert [message["content"] for message in bob.api.get(path).json()] == ["Hello Bob"]


def test_two_people_chat_in_browsers(
    cluster: Cluster, browser: "Browser", alice: Person, bob: Person
) -> None:
    conversation_id = alice.send("Hello Bob", to=bob)["conversation_id"]
    profiles = Profiles(browser, cluster.url)
    hers, his = Window(profiles), Window(profiles)
    for window, person in ((hers, alice), (his, bob)):
        window.log_in(person)
        window.open(conversation_id)
    hers.say("Are you there?")
    expect(his.messages("Are you there?")).to_be_visible()
    his.say("Yes, here")
    expect(hers.messages("Yes, here")).to_be_visible()
    assert not hers.complaints + his.complaints
    hers.close()
    his.close()


def test_sockets_on_both_realtime_containers_receive_a_message(
    cluster: Cluster, alice: Person, bob: Person
) -> None:
    first = alice.send("first", to=bob)
    with ExitStack() as open_tabs:
        # Polling first, so that the cookie of the first answer decides for the others.
        tabs = [
            open_tabs.enter_context(
                Tab(cluster.url, bob.token, transports=["polling", "websocket"])
            )
            for _ in range(12)
        ]
        assert len(realtime_addresses(cluster)) >= 2
        for tab in tabs:
            assert tab.client.connected
        alice.send("second", to=bob)
        for tab in tabs:
            tab.wait_for("event", matches=lambda event: event["seq"] > first["seq"])


def realtime_addresses(cluster: Cluster) -> set[str]:
    log = cluster.logs("edge")
    return set(re.findall(r'"GET /socket\.io/" 200 \S+ \S+ (\S+:8000)', log))


def test_only_cookie_traffic_passes_through_the_gateway(cluster: Cluster, alice: Person) -> None:
    alice.api.get("/api/conversations", headers={"X-Request-ID": "by-bearer"})
    Api(cluster.url).get("/api/conversations", headers={"X-Request-ID": "by-cookie"})
    gateway, messages = cluster.logs("gateway_frontend"), cluster.logs("messages_service")
    assert "by-bearer" in messages
    assert "by-bearer" not in gateway
    assert "by-cookie" in gateway


def test_internal_paths_are_not_reachable_from_outside(cluster: Cluster, alice: Person) -> None:
    for path in (*SERVICES_INSIDE, "/api/../internal/feed", "/api/%2e%2e/internal/feed"):
        request = requests.Request("GET", cluster.url, headers=alice.headers).prepare()
        request.url = cluster.url + path
        with requests.Session() as session:
            assert session.send(request, timeout=10).status_code == 404, path


def test_a_forged_address_or_service_secret_is_rejected(cluster: Cluster, alice: Person) -> None:
    headers = {"X-Forwarded-For": "6.6.6.6", "X-Service-Secret": "x" * 64, "X-Request-ID": "forged"}
    assert alice.api.get("/api/conversations", headers=headers).status_code == 200
    assert "6.6.6.6" not in cluster.logs("messages_service")


def test_eliza_answers_a_direct_message(cluster: Cluster, alice: Person) -> None:
    eliza = alice.api.get("/api/users", params={"q": "eliza"}).json()[0]
    message = {"content": "I feel lonely", "recipient_id": eliza["id"]}
    sent = alice.api.post("/api/messages", json=message).json()
    path = f"/api/conversations/{sent['conversation_id']}/messages"
    try:
        wait_until(lambda: len(alice.api.get(path).json()) == 2, 60, 0.5, "Eliza's answer")
    except TimeoutError as error:
        raise TimeoutError(f"{error}\n{cluster.logs('eliza')[-4000:]}") from error
