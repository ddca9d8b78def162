"""Messages sent over sockets go to messages_service in batches; here it fails for some of them."""

from functools import partial
from typing import Any

import orjson
import pytest

from realtime_service.clients import MessagesService
from realtime_service.features.sending import MessageSender
from realtime_service.shapes import SendResult
from realtime_service.transport.worker import Eventlet
from servicekit.http import ServiceClient
from servicekit.identity.verify import Identity
from servicekit.web.errors import Problem

ALICE = Identity(1, "member", "session", frozenset({"write"}), 0, 0)


class FailingMessages(MessagesService):
    """Fails with `status` for every batch with a text "bad"."""

    def __init__(self, status: int) -> None:
        super().__init__(ServiceClient("http://127.0.0.1:1"))
        self.status = status
        self.calls: list[list[str]] = []
        self.client_ids: list[list[str]] = []

    def post_messages(self, messages: list[orjson.Fragment]) -> list[SendResult]:
        batch = orjson.loads(orjson.dumps(messages))
        contents = [message["content"] for message in batch]
        self.calls.append(contents)
        self.client_ids.append([message["client_id"] for message in batch])
        if "bad" in contents:
            raise Problem(self.status, "internal", "It failed.")
        return [{"status": 201, "message": {"id": id}} for id in range(len(contents))]


def send(messages: FailingMessages, texts: list[Any]) -> list[Any]:
    """Send the texts at once; returns their acks in order."""
    driver = Eventlet()
    import eventlet  # warns of its age, unless the driver has imported it

    collected = MessageSender(driver, messages, "100 per 10 seconds")
    acks: dict[int, Any] = {}
    for number, text in enumerate(texts):
        data = text if isinstance(text, dict) else {"room": 1, "msg": text}
        collected.submit(ALICE, data, partial(acks.__setitem__, number))
    while len(acks) < len(texts):
        eventlet.sleep(0)
    return [acks[number] for number in range(len(texts))]


@pytest.mark.parametrize("status", [422, 500])
def test_a_text_that_fails_its_batch_fails_alone(status: int) -> None:
    messages = FailingMessages(status)
    acks = send(messages, ["one", "bad", "two"])
    assert [ack["ok"] for ack in acks] == [True, False, True]
    assert acks[1]["problem"]["status"] == status
    assert messages.calls == [["one", "bad", "two"], ["one"], ["bad"], ["two"]]


def test_texts_are_not_retried_singly_while_messages_service_is_down() -> None:
    messages = FailingMessages(503)
    acks = send(messages, ["one", "bad", "two"])
    assert {ack["problem"]["status"] for ack in acks} == {503}
    assert len(messages.calls) == 1


@pytest.mark.parametrize("bad", [{"room": 10**30, "msg": "x"}, {"room": "r", "msg": "\ud800"}])
def test_a_text_that_json_cannot_hold_is_refused_alone(bad: dict[str, Any]) -> None:
    acks = send(FailingMessages(500), ["one", bad, "two"])
    assert [ack["ok"] for ack in acks] == [True, False, True]
    assert acks[1]["problem"]["status"] == 422


def test_a_retried_text_keeps_its_client_id() -> None:
    messages = FailingMessages(500)
    send(messages, ["one", "bad"])
    together, *alone = messages.client_ids
    assert together == [client_id for (client_id,) in alone]
    assert len(set(together)) == 2
