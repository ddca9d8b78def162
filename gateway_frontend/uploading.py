"""Files from a plain form, handed to messages_service in a stream."""

import uuid
from typing import IO, Any, Protocol

from flask import request
from werkzeug.datastructures import FileStorage

from gateway_frontend.parts import current_parts
from gateway_frontend.shapes.messages import Attachment
from servicekit.http import ServiceClient, json_of
from servicekit.language import ngettext
from servicekit.web.app import DEFAULT_BODY_BYTES
from servicekit.web.errors import Invalid

TIMEOUT = (1.0, 60.0)
# For the browser's file chooser; messages_service detects the type by the content.
ACCEPTED = (
    "image/*,audio/*,video/*,text/*,.pdf,.zip,.gz,.odt,.ods,.odp,.doc,.docx,.xls,.xlsx,.ppt,.pptx"
)


class FormPages(Protocol):
    """The part of a blueprint that `allow_files` uses."""

    def url_value_preprocessor(self, function: Any) -> Any: ...


def allow_files(pages: FormPages, *endpoints: str) -> None:
    """Raise the size limit of these endpoints' forms, for a large file or several smaller ones."""

    def allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if endpoint in endpoints:
            largest_file = current_parts().limits.messages.get("upload_bytes", 0)
            request.max_content_length = max(DEFAULT_BODY_BYTES, largest_file * 3 // 2)

    pages.url_value_preprocessor(allow)


def upload_chosen(messages: ServiceClient, token: str | None) -> list[int]:
    """Upload the form's files, described by its field `alt`; → the ids of the attachments."""
    files = [file for file in request.files.getlist("file") if file.filename]
    most = current_parts().limits.messages.get("attachments", len(files))
    if len(files) > most:
        raise Invalid.field(
            "attachments",
            ngettext(
                "Send at most %(num)s file with a message",
                "Send at most %(num)s files with a message",
                most,
            ),
        )
    alt = request.form.get("alt", "")
    return [upload(messages, token, file, alt) for file in files]


def upload(messages: ServiceClient, token: str | None, file: FileStorage, alt: str) -> int:
    """→ the attachment's id; raises Problem."""
    body = _Form(file, alt)
    answer = messages.post(
        "/api/attachments",
        token=token,
        headers={"Content-Type": body.content_type},
        data=body,
        timeout=TIMEOUT,
        carries_file=True,
    )
    return json_of(answer, Attachment)["id"]


class _Form:
    """A multipart form of known length that is streamed."""

    def __init__(self, file: FileStorage, alt: str) -> None:
        boundary = uuid.uuid4().hex
        self.content_type = f"multipart/form-data; boundary={boundary}"
        # Quotes and line ends as browsers write them into such a form.
        name = _escaped(file.filename or "file")
        self._before = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="alt"\r\n\r\n{alt}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self._after = f"\r\n--{boundary}--\r\n".encode()
        self._stream = file.stream
        self._length = len(self._before) + _size_of(file.stream) + len(self._after)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        if self._before:
            piece, self._before = self._before, b""
        elif piece := self._stream.read(size):
            pass
        else:
            piece, self._after = self._after, b""
        return piece


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _size_of(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size
