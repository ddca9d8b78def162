"""Request bodies of notifications."""

from datetime import time
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import AfterValidator, Field, RootModel, Strict

from messages_service.notifications.models import MAX_DEVICE_NAME, MAX_ENDPOINT
from messages_service.notifications.push_sender import read_key
from messages_service.notifications.shapes import PushSubscription
from servicekit.language import _
from servicekit.web.schemas import Body, Line, Path, TimeZone

AUTH_BYTES = 16


def _is_address(url: str) -> str:
    wrong = ValueError(_("must be an address that begins with https://"))
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("https", "http") or not is_whole:
        raise wrong
    return url


def _is_public_key(text: str) -> str:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), read_key(text))
    except ValueError as error:
        raise ValueError(_("must be a public key on the curve P-256, in Base64")) from error
    return text


def _is_secret(text: str) -> str:
    try:
        length = len(read_key(text))
    except ValueError:
        length = 0
    if length != AUTH_BYTES:
        raise ValueError(_("must be %(count)s bytes in Base64", count=AUTH_BYTES))
    return text


Clock = Annotated[time, Field(examples=["22:00"])]


class DndHours(Body):
    """`end` may be earlier than `start`: the next morning."""

    start: Clock
    end: Clock
    time_zone: TimeZone = "UTC"


class NotificationChanges(Body):
    """Absent fields stay unchanged."""

    sound: Annotated[bool, Strict()] = False
    push: Annotated[bool, Strict()] = True
    preview: Annotated[bool, Strict()] = True
    email_digest: Annotated[bool, Strict()] = True
    dnd_hours: DndHours | None = Field(None, description="Do not disturb every day; null: never.")


class PushKeys(Body):
    p256dh: Annotated[Line, Field(max_length=100), AfterValidator(_is_public_key)]
    auth: Annotated[Line, Field(max_length=32), AfterValidator(_is_secret)]


class NewPushSubscription(Body):
    """As `PushSubscription.toJSON()` of browsers has it."""

    endpoint: Annotated[Line, Field(max_length=MAX_ENDPOINT), AfterValidator(_is_address)]
    keys: PushKeys
    expirationTime: float | None = Field(None, description="Ignored.")  # noqa: N815
    device: Annotated[Line, Field(max_length=MAX_DEVICE_NAME)] = ""


class PushSubscriptionPath(Path):
    subscription_id: int


class PushSubscriptionList(RootModel[list[PushSubscription]]):
    """Newest first."""
