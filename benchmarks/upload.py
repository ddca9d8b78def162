"""The memory that large files cost: 1 GB in files of 100 MB, up and down through the gateway.

python -m benchmarks.upload [--quick]
"""

import hashlib
import io
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from benchmarks.report import Table, times
from tests.support.cast import Person
from tests.support.stack import Stack

BOUNDARY = "parley-benchmark"
CHUNK = 64 * 1024
SAMPLE_SECONDS = 0.02
MEGABYTE = 1_000_000
GOAL = 50 * MEGABYTE
MEASURED = ("gateway_frontend", "messages_service", "users_service", "realtime_service")


@dataclass(frozen=True)
class Plan:
    files: int = 10
    bytes: int = 100 * MEGABYTE


QUICK = Plan(files=2)


def run(plan: Plan) -> list[Table]:
    """Uploads and downloads every file, one after the other."""
    with tempfile.TemporaryDirectory() as directory, Stack(Path(directory)) as stack:
        alice = stack.sign_up("alice")
        # Buffers, pools and code pages that any first file brings are not growth.
        _download(alice, _upload(alice, 10 * MEGABYTE, 0)["url"])
        watch = _Watch({name: stack.processes[name].pid for name in MEASURED})
        with watch.running():
            up, down = _there_and_back(alice, plan)
    rows = [
        [name, times(before / MEGABYTE), times(peak / MEGABYTE), times((peak - before) / MEGABYTE)]
        for name, (before, peak) in watch.figures().items()
    ]
    total = plan.files * plan.bytes / MEGABYTE
    note = (
        f"{plan.files} files of {plan.bytes // MEGABYTE} MB through gateway and messages_service"
        f" (SQLite): up {times(total / up)} MB/s, down {times(total / down)} MB/s. MB of resident"
        f" memory; the goal is a growth below {GOAL // MEGABYTE} MB in each process."
    )
    return [Table("Large files", note, ["", "before", "highest", "growth"], rows)]


def _there_and_back(alice: Person, plan: Plan) -> tuple[float, float]:
    """Seconds that all uploads took, and all downloads; what comes back must be what went."""
    started = time.perf_counter()
    sent = [_upload(alice, plan.bytes, number + 1) for number in range(plan.files)]
    uploaded = time.perf_counter()
    for attachment in sent:
        _download(alice, attachment["url"], attachment["sha256"])
    return uploaded - started, time.perf_counter() - uploaded


def _upload(alice: Person, size: int, seed: int) -> dict[str, str]:
    form = _Form(size, seed)
    answer = requests.post(
        alice.api.base_url + "/api/attachments",
        data=form,
        headers={**alice.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        timeout=300,
    )
    if answer.status_code != 201:
        raise RuntimeError(f"the upload was answered with {answer.status_code}: {answer.text}")
    attachment: dict[str, str] = answer.json()
    return attachment | {"sha256": form.sha256.hexdigest()}


def _download(alice: Person, url: str, sha256: str | None = None) -> None:
    found = hashlib.sha256()
    with alice.api.get(url, stream=True, timeout=300) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_content(CHUNK):
            found.update(chunk)
    if sha256 not in (None, found.hexdigest()):
        raise RuntimeError(f"{url} is not what was uploaded")


class _Form:
    """A form with a file of noise, made as it is read; the same noise shifted for every file."""

    def __init__(self, size: int, seed: int) -> None:
        head = (
            f"--{BOUNDARY}\r\nContent-Disposition: form-data;"
            f' name="file"; filename="noise-{seed}.bin"\r\n\r\n'
        )
        tail = f"\r\n--{BOUNDARY}--\r\n"
        self._head, self._tail = io.BytesIO(head.encode()), io.BytesIO(tail.encode())
        self._length = len(head) + size + len(tail)
        self._left = size
        self.sha256 = hashlib.sha256()

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        if chunk := self._head.read(size):
            return chunk
        if not self._left:
            return self._tail.read(size)
        chunk = os.urandom(min(size, self._left))
        self._left -= len(chunk)
        self.sha256.update(chunk)
        return chunk


class _Watch:
    """The highest resident memory of each process, its children included."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._processes = {
            name: [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            for name, pid in pids.items()
        }
        self._before = self._sample()
        self._peak = dict(self._before)
        self._stopping = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join()

    def figures(self) -> dict[str, tuple[int, int]]:
        """The memory before and at its peak, in bytes."""
        return {name: (self._before[name], self._peak[name]) for name in self._before}

    def _watch(self) -> None:
        while not self._stopping.wait(SAMPLE_SECONDS):
            for name, size in self._sample().items():
                self._peak[name] = max(self._peak[name], size)

    def _sample(self) -> dict[str, int]:
        return {
            name: sum(process.memory_info().rss for process in processes)
            for name, processes in self._processes.items()
        }


if __name__ == "__main__":
    print(
        "\n".join(table.as_markdown() for table in run(QUICK if "--quick" in sys.argv else Plan()))
    )
