"""Files on their way in: a form read as it comes, within limits of size, time and number."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.http import parse_options_header
from werkzeug.sansio import multipart

from servicekit.language import _
from servicekit.web.errors import (
    BadRequest,
    Invalid,
    Problem,
    TooLarge,
    TooMany,
    Unavailable,
    UnsupportedMediaType,
)

CHUNK_BYTES = 64 * 1024
FORM_BYTES = 64 * 1024
"""Bytes of a form besides the file: other fields, headers, boundaries."""
MAX_PARTS = 20
SILENCE_SECONDS = 30
"""A connection that is silent for longer is closed."""
SLOWEST_BYTES_PER_SECOND = 16 * 1024
"""Average rate below which an upload is ended, once it has had GRACE_SECONDS."""
GRACE_SECONDS = 30
UPLOADS_PER_PERSON = 4
"""Uploads of one person at a time."""
SHARE_WHEN_HALF_FULL, SHARE_WHEN_NEARLY_FULL = 2, 1
"""The same while half and three quarters of all places are taken, so that few cannot take all."""


@dataclass
class Form:
    """A form with one file; the file's content went to where it is kept."""

    file_name: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


class UploadGate:
    """Limits concurrent uploads, so that slow ones cannot occupy every thread."""

    def __init__(self, total: int, per_person: int = UPLOADS_PER_PERSON) -> None:
        self._total, self._per_person = total, per_person
        self._running: Counter[int | None] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passed(self, user_id: int | None) -> Iterator[None]:
        """Raises Unavailable or TooMany when too many uploads run."""
        with self._lock:
            if self._running.total() >= self._total:
                raise Unavailable(
                    _("Many files are being uploaded just now; try again in a moment.")
                )
            share = self._share()
            if user_id is not None and self._running[user_id] >= share:
                raise TooMany(
                    _("At most %(limit)s uploads at a time.", limit=share), 2, "too-many-uploads"
                )
            self._running[user_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[user_id] -= 1
                if not self._running[user_id]:
                    del self._running[user_id]

    def _share(self) -> int:
        free = self._total - self._running.total()
        if free * 2 > self._total:
            return self._per_person
        return SHARE_WHEN_HALF_FULL if free * 4 > self._total else SHARE_WHEN_NEARLY_FULL


def boundary_of(content_type: str | None) -> bytes:
    """The boundary of a multipart form."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise UnsupportedMediaType(_("Send the file as multipart/form-data, in the field 'file'."))
    return options["boundary"].encode("latin-1", "replace")


def read_form(
    stream: IO[bytes], boundary: bytes, keep: Callable[[bytes], None], max_bytes: int
) -> Form:
    """Read a form with one file, in the field `file`; its content goes to `keep` as it arrives.

    Raises Problem for what is no such form, for a file that is too large as soon as it is, and
    for one that stopped coming.
    """
    decoder = multipart.MultipartDecoder(boundary, 4 * FORM_BYTES, max_parts=MAX_PARTS)
    reader = _FormReader(keep, max_bytes)
    try:
        for chunk in read_chunks(stream):
            decoder.receive_data(chunk)
            while not isinstance(event := decoder.next_event(), multipart.NeedData):
                if isinstance(event, multipart.Epilogue):
                    return reader.form()
                reader.take(event)
    except ValueError as error:
        raise BadRequest(_("The form is broken or was cut off."), "broken-form") from error
    raise BadRequest(_("The form was cut off."), "broken-form")


class _FormReader:
    """Puts a decoder's events together."""

    def __init__(self, keep: Callable[[bytes], None], max_bytes: int) -> None:
        self._keep, self._max_bytes = keep, max_bytes
        self._file_name: str | None = None
        self._file_size = self._rest_size = 0
        self._values: dict[str, bytearray] = {}
        self._write: Callable[[bytes], None] = self._ignore

    def take(self, event: multipart.Event) -> None:
        if isinstance(event, multipart.Data):
            self._write(event.data)
        elif isinstance(event, multipart.File) and event.name == "file":
            self._begin_file(event.filename)
        elif isinstance(event, multipart.Field) and event.name:
            value = self._values[event.name] = bytearray()
            self._write = lambda data: self._add(value, data)
        else:
            self._write = self._ignore

    def form(self) -> Form:
        if self._file_name is None:
            raise Invalid.field("file", _("must be given, as a file"), "file-missing")
        if not self._file_size:
            raise Invalid.field("file", _("must not be empty"), "file-empty")
        return Form(self._file_name, {name: v.decode() for name, v in self._values.items()})

    def _begin_file(self, name: str) -> None:
        if self._file_name is not None:
            raise Invalid.field("file", _("must be one file; send others by themselves"))
        self._file_name = name
        self._write = self._keep_part

    def _keep_part(self, data: bytes) -> None:
        self._file_size += len(data)
        if self._file_size > self._max_bytes:
            raise file_too_large(self._max_bytes)
        self._keep(data)

    def _add(self, value: bytearray, data: bytes) -> None:
        self._ignore(data)
        value += data

    def _ignore(self, data: bytes) -> None:
        self._rest_size += len(data)
        if self._rest_size > FORM_BYTES:
            raise TooLarge(_("The form has too much besides the file."))


def file_too_large(max_bytes: int) -> TooLarge:
    """Raised early, before the whole file has arrived."""
    return TooLarge(
        _("A file may have at most %(max_bytes)s bytes.", max_bytes=max_bytes), "file-too-large"
    )


def limit_silence(environ: dict[str, Any]) -> None:
    """End the connection when the client neither sends nor receives for a while.

    Under gunicorn, whose threads would wait for ever; gunicorn resets the socket for each request.
    """
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(SILENCE_SECONDS)


def read_chunks(stream: IO[bytes]) -> Iterator[bytes | None]:
    """A body as it comes, with None at its end; raises Problem when it stops coming."""
    start, size = time.monotonic(), 0
    while True:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except TimeoutError as error:
            raise _stalled() from error
        except ClientDisconnected as error:
            if isinstance(error.__context__, TimeoutError):
                raise _stalled() from error
            raise
        except HTTPException:
            raise
        except Exception as error:  # each server has its own for a body that breaks off
            raise BadRequest(_("The upload was cut off."), "upload-cut-off") from error
        if not chunk:
            yield None
            return
        size += len(chunk)
        patience = GRACE_SECONDS + size / SLOWEST_BYTES_PER_SECOND
        if time.monotonic() - start > patience:
            raise _stalled()
        yield chunk


def _stalled() -> Problem:
    return Problem(408, "upload-stalled", _("The upload came to a halt; send it again."))
