"""The received part of an HTTP request, and whether a thread can handle it yet."""

from enum import Enum, auto
from urllib.parse import unquote

LARGEST_HEAD = 64 * 1024
LARGEST_CHUNK_LINE = 8 * 1024
LARGEST_HELD = 1_000_000
"""A longer body is read by the thread that handles it."""
END_OF_HEAD = b"\r\n\r\n"


class State(Enum):
    INCOMPLETE = auto()
    COMPLETE = auto()
    """Completely received. A malformed request counts as complete, too: the parser refuses it."""
    STREAM = auto()
    """The headers are received and the body is large."""
    HEAD_TOO_LARGE = auto()


class Arrival:
    """One request of a connection, as it comes in."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.state = State.INCOMPLETE
        self.path = ""
        self.expects_continue = False
        self._body_start = 0
        self._length: int | None = None
        self._next_chunk = 0
        self._searched = 0

    @property
    def has_head(self) -> bool:
        return self._body_start > 0

    def feed(self, data: bytes) -> State:
        """Add what was received."""
        self.data += data
        if not self.has_head:
            self._look_for_head()
        if self.has_head and self.state is State.INCOMPLETE:
            self._look_for_body()
        return self.state

    def _look_for_head(self) -> None:
        end = self.data.find(END_OF_HEAD, self._searched)
        self._searched = max(0, len(self.data) - len(END_OF_HEAD) + 1)
        if end > LARGEST_HEAD or (end < 0 and len(self.data) > LARGEST_HEAD):
            self.state = State.HEAD_TOO_LARGE
        elif end >= 0:
            self._body_start = self._next_chunk = end + len(END_OF_HEAD)
            self._read_head(bytes(self.data[:end]))

    def _read_head(self, head: bytes) -> None:
        request_line, *lines = head.split(b"\r\n")
        words = request_line.split(b" ")
        self.path = _path_of(words[1].decode("latin-1")) if len(words) > 1 else ""
        headers = {}
        for line in lines:
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip().lower()
        self.expects_continue = headers.get(b"expect") == b"100-continue"
        if b"transfer-encoding" in headers:
            return
        length = headers.get(b"content-length", b"0")
        self._length = int(length) if length.isdigit() and len(length) < 19 else 0

    def _look_for_body(self) -> None:
        if self._length is None:
            is_complete = self._has_last_chunk()
            is_large = len(self.data) - self._body_start > LARGEST_HELD
        else:
            is_complete = len(self.data) - self._body_start >= self._length
            is_large = self._length > LARGEST_HELD
        if is_complete:
            self.state = State.COMPLETE
        elif is_large:
            self.state = State.STREAM

    def _has_last_chunk(self) -> bool:
        """Whether the chunked body has ended (RFC 9112, 7.1), or is malformed."""
        while self._next_chunk < len(self.data):
            end = self.data.find(b"\r\n", self._next_chunk)
            if end < 0:
                return len(self.data) - self._next_chunk > LARGEST_CHUNK_LINE
            try:
                size = int(self.data[self._next_chunk : end].partition(b";")[0], 16)
            except ValueError:
                return True
            if size <= 0:
                # Trailers end as a head does; without any, so does the last chunk's line.
                has_ended = self.data.find(END_OF_HEAD, end) >= 0
                return has_ended or size < 0 or len(self.data) - end > LARGEST_HEAD
            self._next_chunk = end + 2 + size + 2
        return False


def _path_of(target: str) -> str:
    """The path as the application will see it."""
    if not target.startswith("/"):  # the absolute form, with scheme and host
        target = "/" + target.partition("://")[2].partition("/")[2]
    return unquote(target)
