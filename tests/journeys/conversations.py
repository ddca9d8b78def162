"""Conversations in the state in which a journey starts, made over the API."""

import sqlite3
from contextlib import closing
from typing import Any

import requests
from playwright.sync_api import FilePayload

from tests.support.cast import Person
from tests.support.stack import Stack


def meet(alice: Person, bob: Person) -> int:
    """Their direct conversation, begun."""
    return int(alice.send("Hello Bob", to=bob)["conversation_id"])


def fill(stack: Stack, conversation_id: int, people: list[Person], count: int) -> None:
    """A long talk, faster than anybody may send: five lines each in turn."""
    messages = [
        {
            "author_id": people[number // 5 % len(people)].id,
            "conversation_id": conversation_id,
            "content": f"Line {number}",
        }
        for number in range(count)
    ]
    for start in range(0, count, 500):
        answer = requests.post(
            f"{stack.messages_url}/internal/messages",
            json={"messages": messages[start : start + 500]},
            headers={"X-Service-Secret": stack.service_secret},
            timeout=30,
        )
        assert answer.ok, answer.text


def send_files(person: Person, conversation_id: int, *files: FilePayload) -> dict[str, Any]:
    ids = [upload(person, file, alt=f"It shows {file['name']}")["id"] for file in files]
    return person.send("", conversation_id=conversation_id, attachments=ids)


def upload(person: Person, file: FilePayload, alt: str = "") -> dict[str, Any]:
    form = {"file": (file["name"], file["buffer"], file["mimeType"])}
    answer = person.api.post("/api/attachments", files=form, data={"alt": alt})
    assert answer.status_code == 201, answer.text
    uploaded: dict[str, Any] = answer.json()
    return uploaded


def add_preview(stack: Stack, message_id: int, url: str, title: str) -> None:
    """As if the page had been fetched: the tests' network has no pages."""
    with closing(sqlite3.connect(stack.directory / "messages.sqlite3", timeout=20)) as database:
        add = (
            "INSERT INTO previews (message_id, position, url, site_name, title, description)"
            " VALUES (?, 0, ?, 'Soups', ?, 'With cream.')"
        )
        database.execute(add, (message_id, url, title))
        database.commit()
