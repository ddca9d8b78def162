"""The table of imports that ran: one at a time, with its progress and result."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from messages_service.audit.actions import record
from messages_service.imports.models import DONE, FAILED, RUNNING, imports
from messages_service.imports.records import Format
from messages_service.imports.shapes import Import, ImportCounts
from messages_service.payloads import moment
from servicekit.data.db import core_transaction
from servicekit.language import _
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Conflict, NotFound

ABANDONED_AFTER: Final = timedelta(hours=2)
"""A process that died leaves its import running; the longest transaction ends before this."""
SECONDS_BETWEEN: Final = 0.5


class Run:
    """The import that runs in this thread."""

    def __init__(self, engine: Engine, format_: Format, user_id: int) -> None:
        """Raises Conflict while another one runs."""
        self._engine = engine
        self._noted = 0.0
        now = utcnow()
        old = (imports.c.state == RUNNING) & (imports.c.touched_at < now - ABANDONED_AFTER)
        abandoned = update(imports).where(old)
        values = {
            "format": format_,
            "state": RUNNING,
            "made_by": user_id,
            "started_at": now,
            "touched_at": now,
            "step": "reading",
        }
        try:
            with core_transaction(engine) as running:
                ended = abandoned.values(state=FAILED, finished_at=now, problem="interrupted")
                running.connection.execute(ended)
                made = insert(imports).values(values).returning(imports.c.id)
                self.id: int = running.connection.execute(made).scalar_one()
                record(running.connection, "import.started", user_id, name=format_)
        except IntegrityError:
            raise Conflict(
                _("Another import is running; wait until it has ended."), "import-running"
            ) from None

    def begin(self, step: str, total: int = 0) -> Callable[[int], None]:
        """Begin the next step; the returned function notes its progress."""
        self._change(step=step, done=0, total=total)

        def note(done: int) -> None:
            if time.monotonic() - self._noted > SECONDS_BETWEEN:
                self._change(done=done)

        return note

    def finish(self, counts: ImportCounts) -> None:
        text = orjson.dumps(counts).decode()
        self._change(state=DONE, step="done", finished_at=utcnow(), counts=text)

    def fail(self, problem: str) -> None:
        self._change(state=FAILED, finished_at=utcnow(), problem=problem[:2000])

    def _change(self, **values: object) -> None:
        self._noted = time.monotonic()
        mine = update(imports).where(imports.c.id == self.id)
        with core_transaction(self._engine) as running:
            running.connection.execute(mine.values(touched_at=utcnow(), **values))


def get_import(engine: Engine, import_id: int) -> Import:
    query = select(imports).where(imports.c.id == import_id)
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such import."), "no-such-import")
    return describe_import(row)


def describe_import(row: Row[Any]) -> Import:
    return {
        "id": row.id,
        "format": row.format,
        "state": row.state,
        "step": row.step,
        "done": row.done,
        "total": row.total,
        "made_by": row.made_by,
        "started_at": isoformat(row.started_at),
        "finished_at": moment(row.finished_at),
        "counts": orjson.loads(row.counts) if row.counts else None,
        "problem": row.problem,
    }
