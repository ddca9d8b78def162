"""Imports and what they have stored."""

from typing import Literal

from typing_extensions import TypedDict


class ImportCounts(TypedDict):
    """`already`: messages that an earlier import had stored; the others are new ones."""

    people: int
    conversations: int
    messages: int
    files: int
    already: int


class Import(TypedDict):
    """`step` is the present step, `done` and `total` its progress, `problem` why it failed."""

    id: int
    format: Literal["parley", "slack", "mattermost"]
    state: Literal["running", "done", "failed"]
    step: str
    done: int
    total: int
    made_by: int
    started_at: str
    finished_at: str | None
    counts: ImportCounts | None
    problem: str | None
