"""Hashing passwords takes the memory of the hashes that run at once, however many threads ask."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from users_service.passwords import Passwords

MEMORY_KIB = 19 * 1024


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_hashes_for_many_threads_leave_little_memory_behind() -> None:
    passwords = Passwords(time_cost=1, memory_kib=MEMORY_KIB, at_once=2)
    before = resident_kib()
    with ThreadPoolExecutor(12) as requests:
        hashes = list(requests.map(passwords.hash, ["correct horse battery"] * 24))
    assert resident_kib() - before < 4 * MEMORY_KIB
    assert passwords.matches("correct horse battery", hashes[-1])
    assert not passwords.matches("correct horse", hashes[-1])
