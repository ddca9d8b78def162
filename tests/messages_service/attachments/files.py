"""Files for the tests, and how a person uploads them."""

import io
import random
from typing import TYPE_CHECKING, Any

from flask_openapi3.openapi import OpenAPI
from PIL import Image
from sqlalchemy import Engine, Table, func, select

from messages_service.attachments.actions import sweep
from messages_service.attachments.blobs import PIECE_BYTES
from tests.messages_service.conftest import Person, parts_of
from tests.support.in_process import Answer

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BOUNDARY = "a-boundary"
NOISE = random.Random(1).randbytes(2 * PIECE_BYTES + 12_345)


def picture(
    size: tuple[int, int] = (1200, 800), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 7 if mode in ("P", "L") else None).save(out, kind, **options)
    return out.getvalue()


def upload(person: Person, content: bytes, name: str = "a file.bin", **fields: str) -> Answer:
    """Posts the form as a browser does."""
    form: dict[str, Any] = {"file": (io.BytesIO(content), name), **fields}
    return person.call("POST", "/api/attachments", data=form)


def uploaded(person: Person, content: bytes, name: str = "a file.bin", **fields: str) -> Any:
    """The attachment that came of it."""
    answer = upload(person, content, name, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json


def raw_form(content: bytes, name: str = "a file.bin", end: bytes = b"--") -> bytes:
    """The form's bytes, with the name as it stands; without `end` it is cut off."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    tail = f"\r\n--{BOUNDARY}".encode() + end + b"\r\n" if end else b""
    return head.encode() + content + tail


def post_raw(person: Person, body: bytes, **options: Any) -> Answer:
    options.setdefault("content_type", f"multipart/form-data; boundary={BOUNDARY}")
    return person.call("POST", "/api/attachments", data=body, **options)


def stream_form(person: Person, stream: Any, length: int | None) -> Answer:
    """Sends a form as it is read from `stream`; of unknown length it comes in chunks."""
    form = f"multipart/form-data; boundary={BOUNDARY}"
    environ = {"wsgi.input": stream, "CONTENT_TYPE": form}
    environ |= (
        {"wsgi.input_terminated": True} if length is None else {"CONTENT_LENGTH": str(length)}
    )
    return post_raw(person, b"", environ_overrides=environ)


class GeneratedBody(io.RawIOBase):
    """A request body that is made while the service reads it."""

    def next_chunk(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        chunk = self.next_chunk(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


def count(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def engine_of(app: OpenAPI) -> Engine:
    with app.app_context():
        return parts_of(app).db.engine


def sweep_all(app: OpenAPI) -> None:
    with app.app_context():
        sweep(parts_of(app))
