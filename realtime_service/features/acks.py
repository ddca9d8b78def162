"""Acks: the answers to Socket.IO events, `{ok: true, …}` or `{ok: false, problem}`."""

import orjson
from engineio.packet import MESSAGE, Packet

from realtime_service.shapes import Ack, Refusal
from realtime_service.transport.connection import Connection
from servicekit.web.errors import Problem


def refusal(problem: Problem) -> Refusal:
    """The ack of an event that was rejected or failed."""
    body = problem.as_dict()
    if "Retry-After" in problem.headers:
        body["retry_after"] = int(problem.headers["Retry-After"])
    return {"ok": False, "problem": body}


def send_ack(connection: Connection, ack_id: int | None, outcome: Ack) -> None:
    """Send the ack, if the client asked for one."""
    if ack_id is not None:
        connection.send(Packet(MESSAGE, f"3{ack_id}[{orjson.dumps(outcome).decode()}]"))
