"""Shifts the wall clock of every Python process that has this folder on its PYTHONPATH.

libfaketime is of no use here: with it `time.sleep` of Python 3.11 fails, unless the monotonic clock
is shifted as well. The shift is a number of seconds in the file named by PARLEY_CLOCK; it may
change at any time.
"""

import datetime as datetime_module
import mmap
import os
import struct
import time
from datetime import datetime, tzinfo
from typing import Any

_real_time = time.time
with open(os.environ["PARLEY_CLOCK"], "rb") as _file:
    _shift = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)


def _shifted_time() -> float:
    return _real_time() + float(struct.unpack("d", _shift[:8])[0])


class _AnyDatetime(type):
    """Makes `isinstance` accept real dates."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, datetime)


class _ShiftedDatetime(datetime, metaclass=_AnyDatetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.fromtimestamp(_shifted_time(), tz)


time.time = _shifted_time
time.time_ns = lambda: int(_shifted_time() * 1e9)
datetime_module.datetime = _ShiftedDatetime  # type: ignore[misc]
