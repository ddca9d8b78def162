"""Messages sent over sockets: those that arrive during a call to messages_service share the next.

Under load many share one HTTP call and one transaction; a single message is not delayed.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import orjson

from realtime_service import metrics
from realtime_service.clients import MessagesService
from realtime_service.features.acks import refusal
from realtime_service.shapes import Ack, SendResult, SentFields, SentMessage
from realtime_service.transport.worker import Driver
from servicekit.identity.verify import Identity
from servicekit.language import N_
from servicekit.rates import RateLimiter
from servicekit.web.errors import Invalid, Problem, Unavailable

MOST_AT_ONCE = 200
MOST_WAITING = 20_000
HTTP_SERVER_ERROR = 500
SENT_FIELDS = tuple(SentFields.__annotations__)
Answer = Callable[[Ack], None]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class PendingMessage:
    """A message on its way to messages_service, as JSON, and the callback for its outcome."""

    body: orjson.Fragment
    answer: Answer


class MessageSender:
    """Collects messages and stores them together. Answers are `{ok, message}` or `{ok,
    problem}`.
    """

    def __init__(self, driver: Driver, messages: MessagesService, rate: str) -> None:
        self._driver = driver
        self._messages = messages
        self._rate = RateLimiter(rate, N_("You are sending too fast; wait a moment."))
        self._waiting: deque[PendingMessage] = deque()
        self._is_storing = False

    def submit(self, author: Identity, data: Any, answer: Answer) -> None:
        """Store `data` (`{room, msg, client_id?}` and `SentFields`) as a message of `author`.

        `answer` is called once.
        """
        try:
            self._count(author)
            message = PendingMessage(_encoded(_message_of(author, data)), answer)
        except Problem as problem:
            metrics.TEXTS.labels("refused").inc()
            answer(refusal(problem))
            return
        self._waiting.append(message)
        if not self._is_storing:
            self._is_storing = True
            self._driver.spawn(self._store)

    def _count(self, author: Identity) -> None:
        if "write" not in author.scopes:
            raise Problem(403, "scope-missing", "This token lacks the scope 'write'.")
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(N_("Too much is waiting to be stored; try again in a moment."))
        self._rate.count(author.user_id)

    def _store(self) -> None:
        try:
            while self._waiting:
                messages = [
                    self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))
                ]
                self._store_together(messages)
        finally:
            self._is_storing = False

    def _store_together(self, messages: list[PendingMessage]) -> None:
        try:
            answers = self._post(messages)
        except Problem as problem:
            if len(messages) > 1 and problem.status <= HTTP_SERVER_ERROR:
                # One message may have failed the whole batch: send each one alone.
                # Any other 5xx means that the service is away, so that would not help.
                for message in messages:
                    self._store_together([message])
                return
            answers = [refusal(problem)] * len(messages)
        for message, answer in zip(messages, answers, strict=True):
            metrics.TEXTS.labels("stored" if answer["ok"] else "refused").inc()
            message.answer(answer)

    def _post(self, messages: list[PendingMessage]) -> list[Ack]:
        """The outcome of each; raises Problem if the call failed."""
        try:
            results = self._messages.post_messages([message.body for message in messages])
            answers = [_answer_of(result) for result in results]
        except (ValueError, KeyError, TypeError) as error:
            log.exception("storing messages failed")
            raise Unavailable(N_("The message could not be stored; try again.")) from error
        if len(answers) != len(messages):
            raise Unavailable("messages_service answered for another number of messages.")
        return answers


def _message_of(author: Identity, data: Any) -> SentMessage:
    if not isinstance(data, dict):
        raise Invalid.field("body", "must be an object {room, msg, client_id?}")
    room, msg, client_id = data.get("room"), data.get("msg"), data.get("client_id")
    if not isinstance(msg, str):
        raise Invalid.field("msg", "must be a text")
    if client_id is not None and not isinstance(client_id, str):
        raise Invalid.field("client_id", "must be a text")
    message: SentMessage = {"author_id": author.user_id, "role": author.role, "content": msg}
    message.update(cast(SentMessage, {name: data[name] for name in SENT_FIELDS if name in data}))
    if type(room) is int:
        message["conversation_id"] = room
    elif isinstance(room, str) and room:
        message["room"] = room
    else:
        raise Invalid.field("room", "must be the name or the id of a conversation")
    # A batch that failed is tried again one message at a time, though it may have been stored.
    message["client_id"] = uuid4().hex if client_id is None else client_id
    return message


def _encoded(message: SentMessage) -> orjson.Fragment:
    try:
        return orjson.Fragment(orjson.dumps(message))
    except orjson.JSONEncodeError as error:
        raise Invalid.field("body", "must be valid Unicode, with 64-bit integers") from error


def _answer_of(result: SendResult) -> Ack:
    if "message" in result and result["message"] is not None:
        return {"ok": True, "message": result["message"]}
    return {"ok": False, "problem": result["problem"]}
