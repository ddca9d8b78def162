"""The account that writes the messages of webhooks and commands."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from messages_service.models import meta
from servicekit.data.db import insert_into, transaction
from servicekit.http import ServiceClient
from servicekit.language import _
from servicekit.web.errors import Unavailable

KEY = "webhook_account"
PATH = "/internal/bots/parley-webhooks"
NAME = "Webhooks"


class WebhookAccount:
    """One bot for all of them: their messages are shown with names of their own."""

    def __init__(self, db: SQLAlchemy, users: ServiceClient) -> None:
        self._db = db
        self._users = users
        self._id: int | None = None

    @property
    def id(self) -> int:
        """Made by users_service when it is first needed, so not inside of a transaction."""
        if self._id is None:
            self._id = self._stored() or self._make()
        return self._id

    def _stored(self) -> int | None:
        known = self._db.session.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar()
        return None if known is None else int(known)

    def _make(self) -> int:
        answer = self._users.put(PATH, json={"name": NAME})
        if answer.status_code != 200:
            raise Unavailable(_("The account of webhooks cannot be made at the moment; try again."))
        user_id: int = answer.json()["id"]
        with transaction(self._db) as running:
            made = insert_into(running.connection, meta).values(key=KEY, value=str(user_id))
            running.connection.execute(made.on_conflict_do_nothing())
        return user_id
