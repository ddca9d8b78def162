"""A typed client of Parley: send messages once, follow the log without a gap."""

from parley_client.client import Parley
from parley_client.connection import ParleyError
from parley_client.shapes import Conversation, Event, Message, Person
from parley_client.signatures import BadSignature, Verifier

__all__ = [
    "BadSignature",
    "Conversation",
    "Event",
    "Message",
    "Parley",
    "ParleyError",
    "Person",
    "Verifier",
]
