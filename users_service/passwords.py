"""Passwords: which are accepted, how they are stored and compared."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from servicekit.language import _
from servicekit.web.errors import Unavailable

MIN_LENGTH = 8
MAX_LENGTH = 1024
TURN_SECONDS = 5


class Passwords:
    """argon2id with at most `at_once` hashes in parallel: each needs memory and a core."""

    def __init__(self, *, time_cost: int, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost, memory_kib, parallelism=1)
        self._turns = threading.BoundedSemaphore(at_once)

    def hash(self, password: str) -> str:
        """The hash to store; raises Unavailable when too many calls are waiting."""
        with self._turn():
            return self._hasher.hash(_normal(password))

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password matches; without a hash, the check takes the same time."""
        with self._turn():
            try:
                self._hasher.verify(password_hash or self._hash_of_nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than the current ones."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=TURN_SECONDS):
            raise Unavailable(_("Too many people sign in at once; try again in a moment."))
        try:
            yield
        finally:
            self._turns.release()


def check_password(password: str, *about: str) -> None:
    """Raises ValueError if the password is too weak or contains a name in `about`."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise ValueError(
            _(
                "must have %(min_length)s to %(max_length)s characters",
                min_length=MIN_LENGTH,
                max_length=MAX_LENGTH,
            )
        )
    known = _normal(password).casefold()
    if known in common_passwords():
        raise ValueError(_("is one of the passwords that everybody tries first"))
    if known in {word.casefold() for word in about}:
        raise ValueError(_("must not be your name, nickname or email"))


@cache
def common_passwords() -> frozenset[str]:
    """The long enough ones of the 30,000 most common passwords."""
    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_LENGTH)


def _normal(password: str) -> str:
    # NFC: the same keys on another machine may send another form.
    return unicodedata.normalize("NFC", password)
