"""Connecting, authorising, receiving, and being disconnected."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from tests.realtime_service.conftest import OpenTab, Realtime, metric
from tests.support.cast import Api, Person
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

UNKNOWN_TOKEN = "This API token is unknown, expired or revoked."
TRANSPORTS = (["websocket"], ["polling"], ["polling", "websocket"])


def refusal_of(url: str, auth: object, **options: object) -> dict[str, object]:
    """The error with which the server refuses `auth`."""
    refusals: list[dict[str, object]] = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", refusals.append)
    with pytest.raises(Refused):
        client.connect(url, auth=auth, transports=["websocket"], **options)
    client.disconnect()
    return refusals[-1] if isinstance(refusals[-1], dict) else {"message": refusals[-1]}


def session_of(parley: Stack, person: Person) -> dict[str, object]:
    """A new login."""
    body = {"login": person.nickname, "password": person.password}
    answer = Api(parley.users_url).post("/api/sessions", json=body)
    assert answer.status_code == 201, answer.text
    session: dict[str, object] = answer.json()
    return session


def ticket_of(parley: Stack, person: Person) -> str:
    answer = Api(parley.users_url, person.token).post("/api/sessions/ticket")
    assert answer.ok, answer.text
    return str(answer.json()["token"])


@pytest.mark.parametrize("transports", TRANSPORTS, ids="-".join)
def test_a_message_arrives_over_every_transport(
    alice: Person, bob: Person, open_tab: OpenTab, transports: list[str]
) -> None:
    tab = open_tab(bob, transports=transports)
    for n in range(40):
        alice.send(f"number {n}", to=bob)
    tab.wait_for_content("number 39")
    assert tab.contents() == [f"number {n}" for n in range(40)]
    assert tab.client.transport() == transports[-1]


def test_a_new_tab_gets_the_last_seq_of_each_log(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    message = alice.send("before", to=bob)
    ready = open_tab(bob).wait_for_notice("ready")
    assert ready["conversations"][str(message["conversation_id"])] >= message["seq"]
    assert ready["epoch"]


def test_live_events_equal_those_of_the_log(alice: Person, bob: Person, open_tab: OpenTab) -> None:
    tab = open_tab(bob)
    message = alice.send("as in the log", to=bob)
    tab.wait_for_content("as in the log")
    path = f"/api/conversations/{message['conversation_id']}/events"
    log = bob.api.get(path, params={"after": 0}).json()["events"]
    assert tab.events("message.created")[0] in log


def test_every_tab_of_a_person_receives_messages(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tabs = [open_tab(bob, transports=transports) for transports in TRANSPORTS]
    alice.send("to all tabs", to=bob)
    for tab in tabs:
        tab.wait_for_content("to all tabs")
        assert tab.contents() == ["to all tabs"]


def test_the_sender_receives_their_own_message(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(alice)
    alice.send("mine", to=bob)
    tab.wait_for_content("mine")
    assert tab.contents() == ["mine"]


def test_non_members_receive_nothing(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    stranger, tab = open_tab(charlie), open_tab(bob)
    alice.send("for bob alone", to=bob)
    tab.wait_for_content("for bob alone")
    alice.send("for charlie", to=charlie)
    stranger.wait_for_notice("conversation.added")
    alice.send("for charlie again", to=charlie)
    stranger.wait_for_content("for charlie again")
    assert "for bob alone" not in stranger.contents()


def test_a_connection_without_a_token_is_refused_with_a_message(url: str) -> None:
    for auth in (None, {}, {"token": ""}, {"token": 7}, {"token": "x" * 5000}, ["token"], "token"):
        assert "token" in str(refusal_of(url, auth)["message"])


def test_a_forged_token_is_refused(url: str, bob: Person) -> None:
    forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiYXVkIjoicGFybGV5OmFwaSJ9."
    assert refusal_of(url, {"token": forged})["message"] == "This token is not valid."
    for unknown in ("parley_" + "x" * 43, bob.token[:-1]):
        refusal = refusal_of(url, {"token": unknown})
        assert refusal["message"] == UNKNOWN_TOKEN


def test_an_access_token_opens_a_socket(parley: Stack, bob: Person, url: str) -> None:
    conversation_id = bob.api.get("/api/conversations").json()[0]["id"]
    with Tab(url, str(session_of(parley, bob)["access_token"])) as tab:
        assert tab.wait_for_notice("ready")["conversations"].keys() == {str(conversation_id)}


def test_a_ticket_opens_one_socket(parley: Stack, bob: Person, url: str) -> None:
    ticket = ticket_of(parley, bob)
    with Tab(url, ticket) as tab:
        tab.wait_for_notice("ready")
        assert "used" in str(refusal_of(url, {"token": ticket})["message"])


def test_a_ticket_is_used_up_in_every_process(
    parley: Stack, bob: Person, url: str, second_realtime: Realtime
) -> None:
    ticket = ticket_of(parley, bob)
    with Tab(url, ticket):
        assert "used" in str(refusal_of(second_realtime.url, {"token": ticket})["message"])


def test_sockets_are_limited_per_person(
    alice: Person, bob: Person, open_tab: OpenTab, start_realtime: Callable[..., Realtime]
) -> None:
    small = start_realtime(MAX_SOCKETS_PER_USER="3")
    for _ in range(3):
        open_tab(bob, at=small.url)
    assert "too many" in str(refusal_of(small.url, {"token": bob.token})["message"])
    open_tab(alice, at=small.url)


def test_pages_of_other_origins_are_refused(parley: Stack, url: str, bob: Person) -> None:
    with RawSocket(url, origin="http://evil.example") as evil:
        assert evil.status == 400
    with RawSocket(url, origin="null") as evil:
        assert evil.status == 400
    for origin in (parley.url, parley.url.replace("127.0.0.1", "localhost")):
        with RawSocket(url, origin=origin) as good:
            assert good.sign_in(bob.token)


def test_a_page_of_another_origin_is_refused_over_polling(url: str) -> None:
    answer = requests.get(
        url + "/socket.io/?EIO=4&transport=polling",
        headers={"Origin": "http://evil.example"},
        timeout=20,
    )
    assert answer.status_code == 400
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_new_member_receives_messages_after_joining(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    room = alice.make_room()
    alice.send("before", conversation_id=room)
    assert bob.api.put(f"/api/conversations/{room}/members/{bob.id}").ok
    tab.wait_for_notice("conversation.added")
    alice.send("after", conversation_id=room)
    tab.wait_for_content("after")
    assert "before" not in tab.contents()


def test_a_removed_member_stops_receiving(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    room = alice.make_room(bob, charlie)
    removed, stays = open_tab(bob), open_tab(charlie)
    alice.send("to both", conversation_id=room)
    removed.wait_for_content("to both")
    assert alice.api.delete(f"/api/conversations/{room}/members/{bob.id}").ok
    alice.send("not for bob", conversation_id=room)
    stays.wait_for_content("not for bob")
    removed.wait_for_notice("conversation.removed")
    alice.send("to bob directly", to=bob)
    removed.wait_for_content("to bob directly")
    assert "not for bob" not in removed.contents()
    assert removed.say(room, "let me in")["problem"]["status"] == 403


def test_ending_a_session_closes_its_sockets(parley: Stack, bob: Person, url: str) -> None:
    session = session_of(parley, bob)
    with Tab(url, str(session["access_token"])) as ended, Tab.of(url, bob) as other:
        ended.wait_for_notice("ready")
        api = Api(parley.users_url, str(session["access_token"]))
        sessions = api.get("/api/sessions").json()
        current = next(s for s in sessions if s.get("current"))
        assert api.delete(f"/api/sessions/{current['id']}").ok
        wait_until(lambda: not ended.client.connected, 20, what="the session's socket is cut")
        assert other.client.connected


def test_deactivation_closes_all_sockets_of_a_person(
    parley: Stack, bob: Person, open_tab: OpenTab
) -> None:
    tabs = [open_tab(bob), open_tab(bob, transports=["polling"])]
    assert Api(parley.users_url, bob.token).delete(f"/api/users/{bob.id}").ok
    wait_until(lambda: not any(t.client.connected for t in tabs), 20, what="both sockets are cut")
    refusal = refusal_of(parley.realtime_url, {"token": bob.token})
    assert refusal["message"] == UNKNOWN_TOKEN


@pytest.mark.slow
def test_clients_keep_reconnecting_while_users_service_is_down(
    parley: Stack, charlie: Person, url: str
) -> None:
    """A refusal would be final for stock clients; a broken connection is not."""
    parley.kill_service("users_service")
    client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
    received: list[object] = []
    client.on("notice", received.append)
    try:
        with contextlib.suppress(Refused):
            client.connect(url, auth={"token": charlie.token}, retry=True, wait=False)
        parley.start_service("users_service")
        wait_until(lambda: received, 20, what="it is live")
    finally:
        client.disconnect()
        if not parley.processes["users_service"].is_running:
            parley.start_service("users_service")


def test_connect_ack_is_logged(parley: Stack, bob: Person, open_tab: OpenTab) -> None:
    open_tab(bob).client.emit("connect-ack", {"data": f"I am {bob.nickname}"})
    wait_until(lambda: f"I am {bob.nickname}" in parley.logs("realtime_service"))
    assert parley.logs("realtime_service").count(f"I am {bob.nickname}") == 1


def test_connect_acks_are_limited(parley: Stack, bob: Person, url: str) -> None:
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        for _ in range(3):
            raw.send_together(['42["connect-ack",{"data":"again and again"}]'] * 100)
            time.sleep(1)  # more in one second would close the connection
        raw.send('427["text",{"room":"nowhere","msg":"x"}]')
        assert any(message.startswith("437") for message in iter(raw.receive, None))
    assert parley.logs("realtime_service").count("again and again") == 200


def test_a_text_may_have_files_and_be_a_reply(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    first = alice.send("Do you have the plan?", to=bob)
    id = first["conversation_id"]
    file = bob.api.post("/api/attachments", files={"file": ("plan.txt", b"Plan", "text/plain")})
    text = {
        "room": id,
        "msg": "",
        "attachments": [file.json()["id"]],
        "reply_to": first["id"],
        "also_in_conversation": True,
    }
    ack = open_tab(bob).client.call("text", text)
    assert ack["ok"], ack
    stored = alice.api.get(f"/api/messages/{ack['message']['id']}").json()
    assert [file["name"] for file in stored["attachments"]] == ["plan.txt"]
    assert stored["reply_to"] == first["id"]
    ack = open_tab(bob).client.call("text", text | {"msg": "Once more"})
    assert ack["problem"]["status"] in (404, 409, 422), "the file was sent before"


def test_a_text_in_the_same_segment_as_the_end_is_stored(
    alice: Person, bob: Person, url: str
) -> None:
    id = bob.api.get("/api/conversations").json()[0]["id"]
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        raw.send_together([f'42["text",{{"room":{id},"msg":"my last words"}}]'], then_close=True)

    def stored() -> list[str]:
        messages = bob.api.get(f"/api/conversations/{id}/messages").json()
        return [message["content"] for message in messages]

    wait_until(lambda: "my last words" in stored())
    assert stored() == ["hello", "my last words"]


def test_many_renames_are_sent_as_few_notices(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    for n in range(30):
        assert alice.api.patch(f"/api/users/{alice.id}", json={"name": f"Alice {n}"}).ok
    wait_until(lambda: "Alice 29" in [profile["name"] for profile in profiles_of(alice, tab)])
    assert len(profiles_of(alice, tab)) < 30


def test_a_changed_profile_is_sent_without_email_and_language(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    changes = {"name": "Alicia", "language": "de"}
    assert alice.api.patch(f"/api/users/{alice.id}", json=changes).ok
    (profile,) = wait_until(lambda: profiles_of(alice, tab))
    assert profile["name"] == "Alicia"
    assert not {"email", "language"} & profile.keys()


def profiles_of(person: Person, tab: Tab) -> list[dict[str, Any]]:
    """The changed profiles that the tab has received."""
    notices = [notice["data"] for notice in tab.all("notice") if notice["type"] == "user.updated"]
    return [profile for profile in notices if profile["id"] == person.id]


def test_no_state_remains_after_the_last_disconnect(
    alice: Person, bob: Person, url: str, parley: Stack
) -> None:
    wait_until(lambda: metric(url, "sockets") == 0)
    rooms = metric(url, "rooms")
    with Tab.of(url, alice), Tab.of(url, bob):
        alice.send("hello", to=bob)
        assert metric(url, "sockets") == 2
        assert metric(url, "rooms") > rooms
    wait_until(lambda: metric(url, "sockets") == 0)
    wait_until(lambda: metric(url, "rooms") == rooms)
    topics = f"parley:user:{alice.id}", f"parley:user:{bob.id}"
    wait_until(lambda: [n for _, n in parley.redis.client.pubsub_numsub(*topics)] == [0, 0])
