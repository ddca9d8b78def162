"""Passwords: which are accepted, how they are stored and compared."""

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from servicekit.language import _
from servicekit.web.errors import Unavailable

MIN_LENGTH = 8
MAX_LENGTH = 1024
TURN_SECONDS = 5
Result = TypeVar("Result")


class Passwords:
    """argon2id with at most `at_once` hashes in parallel: each needs memory and a core.

    They have threads of their own: the C library keeps the memory of a hash for the next one of the
    same thread, so in sixteen threads of requests 300 MB would stay behind.
    """

    def __init__(self, *, time_cost: int, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost, memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(at_once, "passwords")

    def hash(self, password: str) -> str:
        """The hash to store; raises Unavailable when too many calls are waiting."""
        return self._in_turn(self._hasher.hash, _normal(password))

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password matches; without a hash, the check takes the same time."""
        known = password_hash or self._hash_of_nobody
        try:
            self._in_turn(self._hasher.verify, known, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than the current ones."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self.hash("nobody has this password")

    def _in_turn(self, work: Callable[..., Result], *values: str) -> Result:
        future = self._threads.submit(work, *values)
        try:
            return future.result(TURN_SECONDS)
        except TimeoutError:
            if future.cancel():  # it has not begun
                raise Unavailable(
                    _("Too many people sign in at once; try again in a moment.")
                ) from None
            return future.result()


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
