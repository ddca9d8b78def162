"""Threads that handle requests."""

import queue
import threading

from servicekit.serve.threads import Threads
from tests.support.waiting import wait_until


def test_tasks_wait_while_all_threads_are_busy() -> None:
    threads, go_on, done = Threads(2), threading.Event(), queue.SimpleQueue[int]()

    def wait() -> None:
        go_on.wait(10)

    for _ in range(2):
        threads.run(wait)
    threads.run(lambda: done.put(3))
    threads.run(lambda: done.put(4))
    wait_until(lambda: threads.has_waiting_task)
    go_on.set()
    assert {done.get(timeout=10), done.get(timeout=10)} == {3, 4}
    wait_until(lambda: not threads.has_waiting_task)


def test_the_thread_that_was_busy_last_gets_the_next_task() -> None:
    threads, names = Threads(4), queue.SimpleQueue[str]()
    used = set()
    for _ in range(20):
        threads.run(lambda: names.put(threading.current_thread().name))
        used.add(names.get(timeout=10))
        wait_until(lambda: len(threads._idle) == 4)
    assert len(used) == 1


def test_a_thread_survives_a_task_that_fails() -> None:
    threads, done = Threads(1), threading.Event()

    def fail() -> None:
        raise ValueError

    threads.run(fail)
    threads.run(done.set)
    assert done.wait(10)


def test_threads_end_after_the_tasks_that_were_given() -> None:
    before, done = set(threading.enumerate()), threading.Event()
    threads = Threads(2)
    own = set(threading.enumerate()) - before
    assert len(own) == 2
    threads.run(done.set)
    threads.shutdown()
    for thread in own:
        thread.join(10)
    assert done.is_set()
    assert not any(thread.is_alive() for thread in own)
