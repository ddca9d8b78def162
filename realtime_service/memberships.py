"""Who is a member where: what is asked while a call is under way goes together in the next.

A thousand people who come back at once cost a few calls, not thousands.
"""

import threading
from dataclasses import dataclass, field

from realtime_service.clients import Conversations, MessagesService
from realtime_service.transport.worker import Driver
from servicekit.web.errors import Problem, Unavailable

MOST_AT_ONCE = 200
LONGEST_WAIT = 30.0


@dataclass(eq=False, slots=True)
class Question:
    """One person's; answered for all who wait for it."""

    is_answered: threading.Event = field(default_factory=threading.Event)
    answer: Conversations | Problem | None = None


class Memberships:
    """What messages_service says of people's conversations."""

    def __init__(self, driver: Driver, messages: MessagesService) -> None:
        self._driver = driver
        self._messages = messages
        self._waiting: dict[int, Question] = {}
        self._is_asking = False

    def ask(self, user_id: int) -> Conversations:
        """The person's conversations as they are now or later, not earlier; raises Problem."""
        question = self._waiting.get(user_id)
        if question is None:
            question = self._waiting[user_id] = Question()
        if not self._is_asking:
            self._is_asking = True
            self._driver.spawn(self._ask_all)
        question.is_answered.wait(LONGEST_WAIT)
        if isinstance(question.answer, Conversations):
            return question.answer
        raise question.answer or Unavailable("messages_service does not answer.")

    def _ask_all(self) -> None:
        try:
            while self._waiting:
                user_ids = list(self._waiting)[:MOST_AT_ONCE]
                self._ask_together({id: self._waiting.pop(id) for id in user_ids})
        finally:
            self._is_asking = False

    def _ask_together(self, questions: dict[int, Question]) -> None:
        try:
            answers = self._messages.conversations_of(list(questions))
            for user_id, question in questions.items():
                question.answer = answers[user_id]
        except Problem as problem:
            for question in questions.values():
                question.answer = problem
        finally:
            for question in questions.values():
                question.is_answered.set()
