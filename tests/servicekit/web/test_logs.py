"""Log lines: nothing that a client sends forges or hides one."""

import subprocess
import sys

from servicekit.web.logs import without_secret

HOSTILE = "\x85\u2028\x9b\u202e\u2067\r\n\x1b\u200b"
PROGRAM = """
import logging
from servicekit.web.logs import configure_logs
configure_logs("test", "INFO", "text")
log = logging.getLogger("test")
for character in HOSTILE:
    log.info("before %s after", character)
try:
    raise ValueError("hidden " + HOSTILE)
except ValueError:
    log.exception("it failed")
"""


def test_text_logs_escape_control_and_bidirectional_characters() -> None:
    program = PROGRAM.replace("HOSTILE", ascii(HOSTILE))
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=30
    )
    text = result.stderr.decode()
    assert set(text) & set(HOSTILE) == {"\n"}
    lines = text.splitlines()
    for line, character in zip(lines, HOSTILE, strict=False):
        assert f"before {character.encode('unicode_escape').decode()} after" in line
    assert "Traceback" in text
    assert len(lines) > len(HOSTILE) + 3, "a traceback keeps its lines"


def test_a_secret_in_a_path_is_not_logged() -> None:
    assert without_secret("/api/password-resets/reset_abc") == "/api/password-resets/…"
    assert without_secret("/reset/reset_abc") == "/reset/…"
    assert without_secret("/api/messages/7") == "/api/messages/7"
