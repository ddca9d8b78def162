"""Names that services and browsers send each other."""

import re
from pathlib import Path

from gateway_frontend.drawing import notes
from messages_service import log, publish
from realtime_service import asyncapi, redis_messages
from servicekit.identity.feed import USER_UPDATED

SCRIPTS = Path(__file__).resolve().parents[2] / "gateway_frontend/static/js"
TYPE = re.compile(r"(?:message|reaction|member|poll|conversation|thread|user)\.[a-z]{4,}")
QUOTED = re.compile(rf'"({TYPE.pattern})"')
NOTICES = {
    "ready",
    publish.BLOCK,
    publish.DRAFT,
    publish.MEMBERSHIP,
    publish.NOTIFICATION,
    publish.NOTIFICATIONS,
    publish.CONVERSATION_ADDED,
    publish.CONVERSATION_REMOVED,
    publish.POLL_MINE,
    publish.READ,
    publish.THREAD,
    publish.SAVED,
    publish.SCHEDULED,
    USER_UPDATED,
}


def test_asyncapi_lists_every_type_of_event_and_notice() -> None:
    recorded = {
        value for value in vars(log).values() if isinstance(value, str) and TYPE.fullmatch(value)
    }

    assert set(asyncapi.EVENT_TYPES) == recorded
    assert set(asyncapi.NOTICE_TYPES) == NOTICES


def test_asyncapi_lists_every_type_that_a_reader_expects() -> None:
    listed = {*asyncapi.EVENT_TYPES, *asyncapi.NOTICE_TYPES}
    in_realtime = {redis_messages.MESSAGE_CREATED, redis_messages.MEMBER_LEFT}
    in_scripts = {
        name for path in SCRIPTS.rglob("*.js") for name in QUOTED.findall(path.read_text())
    }

    assert "message.created" in in_scripts
    assert in_realtime | in_scripts | redis_messages.MOVES | {*notes.TYPES} <= listed
