"""Files for the tests, and how a person uploads them."""

import io
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from tests.messages_service.conftest import Person

BOUNDARY = "a-boundary"


def picture(
    size: tuple[int, int] = (1200, 800), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 7 if mode in ("P", "L") else None).save(out, kind, **options)
    return out.getvalue()


def upload(person: Person, content: bytes, name: str = "a file.bin", **fields: str) -> TestResponse:
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


def post_raw(person: Person, body: bytes, **options: Any) -> TestResponse:
    options.setdefault("content_type", f"multipart/form-data; boundary={BOUNDARY}")
    return person.call("POST", "/api/attachments", data=body, **options)


def stream_form(person: Person, stream: Any, length: int | None) -> TestResponse:
    """Sends a form as it is read from `stream`; of unknown length it comes in chunks."""
    form = f"multipart/form-data; boundary={BOUNDARY}"
    environ = {"wsgi.input": stream, "CONTENT_TYPE": form}
    environ |= (
        {"wsgi.input_terminated": True} if length is None else {"CONTENT_LENGTH": str(length)}
    )
    return post_raw(person, b"", environ_overrides=environ)
