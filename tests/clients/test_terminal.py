"""Parley in a full-screen terminal, without one, against a running Parley."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from parley_client.terminal import Entry, Terminal
from parley_client.words import plain
from textual.pilot import Pilot
from textual.widgets import Input, RichLog

from tests.support.cast import Person
from tests.support.stack import Stack

SECONDS = 20.0


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Wait for a condition, while the app goes on."""
    for _ in range(int(SECONDS / 0.05)):
        if is_so():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not happen in time")


def shown(app: Terminal) -> str:
    return "\n".join(strip.text for strip in app.query_one(RichLog).lines)


def test_people_read_write_and_send_files_in_a_terminal(
    stack: Stack, alice: Person, bob: Person, tmp_path: Path
) -> None:
    room = alice.make_room(bob)
    other = alice.make_room(bob)
    alice.send("Good morning", conversation_id=room)
    file = tmp_path / "minutes.txt"
    file.write_text("tea")

    async def use() -> None:
        app = Terminal(stack.url, bob.token, realtime_url=stack.realtime_url)
        async with app.run_test(size=(100, 30)) as pilot:

            def entry(conversation_id: int) -> Entry | None:
                found = app.query(Entry)
                return next((e for e in found if e.conversation_id == conversation_id), None)

            await until(pilot, lambda: entry(room) is not None)
            app.load_messages(room)
            await until(pilot, lambda: "Good morning" in shown(app))
            assert app.focused is app.query_one(Input)

            await pilot.press(*"Hello", "enter")
            await until(pilot, lambda: "Hello" in shown(app))
            app.query_one(Input).value = f"/upload {file}"
            await pilot.press("enter")
            await until(pilot, lambda: "[minutes.txt]" in shown(app))

            alice.send("And live", conversation_id=room)
            await until(pilot, lambda: "And live" in shown(app))
            alice.send("Elsewhere", conversation_id=other)
            await until(pilot, lambda: (e := entry(other)) is not None and e.unread == 1)
            app.query_one(Input).value = "/upload /no/such/file"
            await pilot.press("enter")
            await until(pilot, lambda: app.query_one(Input).value == "/upload /no/such/file")

            await pilot.press("ctrl+o")
            assert app.focused is not app.query_one(Input)

    with ThreadPoolExecutor(1) as pool:  # browsers' journeys leave a loop in this thread
        pool.submit(asyncio.run, use()).result()
    alice.send(
        "Bye", conversation_id=other
    )  # ends the thread that waits for events, and its socket
    answer = bob.api.get(f"/api/conversations/{room}").json()
    assert answer["unread"] == 0


def test_nothing_that_others_write_controls_the_terminal() -> None:
    assert plain("a\x1b[2J\u202eb\tc") == "a�[2J�b�c"
