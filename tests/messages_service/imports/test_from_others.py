"""Exports of Slack and Mattermost, made by hand from their documentation, import completely."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from messages_service.imports.records import person_mark
from messages_service.imports.slack_text import SlackText
from tests.messages_service.conftest import Person
from tests.messages_service.exports.reading import Exported, export
from tests.messages_service.imports.conftest import send_import

HERE = Path(__file__).parent


def test_a_slack_export_comes_with_threads_reactions_files_and_mentions(
    admin: Person, tmp_path: Path
) -> None:
    content = packed(HERE / "slack")
    first = send_import(admin, content, "slack")
    again = send_import(admin, content, "slack")

    assert first.status_code == 201, first.text
    assert first.json["counts"] | {"people": 0} == {
        "people": 0, "conversations": 4, "messages": 8, "files": 1, "already": 0,
    }  # fmt: skip
    assert again.json["counts"]["messages"] == 0
    assert again.json["counts"]["already"] == 8
    found = export(admin, "/api/admin/export", tmp_path)
    people = {each["id"]: each for each in found.people}
    names = {id_: each["name"] for id_, each in people.items()}
    general = named(found, "general")
    assert (general["topic"], general["visibility"]) == ("All of us", "public")
    assert general["created_at"] == "2024-01-01T10:00:00.000000Z"
    assert [names[m["user_id"]] for m in general["members"] if m["role"] == "owner"] == [
        "Alice Liddell"
    ]
    hello, later, shown, menu, deployed = found.messages(general["id"])
    bob = next(each for each in people.values() if each["name"] == "Bob Builder")
    assert not bob["active"]
    assert hello["content"] == (
        f"Hello @{bob['nickname']}, **read** [the plan](https://example.com/a?b=1&c=2) &"
        " `a *b* c` in #general, @room!"
    )
    assert hello["date"] == "2024-01-02T10:00:00.000100Z"
    assert hello["edited_at"] == "2024-01-02T10:01:40.000000Z"
    assert hello["mentions"] == {"user_ids": [bob["id"]], "everyone": "room"}
    assert [(r["emoji"], names[r["user_id"]]) for r in hello["reactions"]] == [
        ("👍", "Bob Builder"),
        ("👍", "Carol"),
    ]
    assert names[hello["pinned"]["user_id"]] == "Bob Builder"
    assert (later["content"], later["thread_id"]) == ("~~Later~~ now", hello["id"])
    assert (shown["thread_id"], shown["also_in_conversation"]) == (hello["id"], True)
    assert menu["content"] == "The menu\n[Gone](https://files.slack.com/F02)"
    assert found.entries[menu["files"][0]["file"]] == b"Soup\n"
    assert deployed["content"] == "> [Deployed](https://ci.example.com/1)\n> version **7**"
    assert people[deployed["author_id"]]["role"] == "bot"
    secret = named(found, "team-secret")
    assert (secret["visibility"], bool(secret["archived_at"])) == ("private", True)
    kinds = {each["kind"]: each for each in found.conversations if each["kind"] != "room"}
    assert [m["content"] for m in found.messages(kinds["direct"]["id"])] == ["Between us"]
    assert len(kinds["group"]["members"]) == 3


def test_a_mattermost_export_comes_with_threads_reactions_files_and_direct_messages(
    admin: Person, tmp_path: Path
) -> None:
    content = packed(HERE / "mattermost")
    first = send_import(admin, content, "mattermost")
    again = send_import(admin, content, "mattermost")

    assert first.status_code == 201, first.text
    assert first.json["counts"] | {"people": 0} == {
        "people": 0, "conversations": 3, "messages": 5, "files": 1, "already": 0,
    }  # fmt: skip
    assert again.json["counts"]["already"] == 5
    found = export(admin, "/api/admin/export", tmp_path)
    names = {each["id"]: each["name"] for each in found.people}
    square = named(found, "Town Square")
    assert square["topic"] == "All of us"
    assert {names[m["user_id"]] for m in square["members"]} == {"Dora Diaz", "Emil"}
    start, reply, second = found.messages(square["id"])
    assert start["content"] == "First, @emil **now**\n(lost.txt)"
    assert (start["edited_at"], start["date"]) == (
        "2024-01-05T10:01:40.000000Z",
        "2024-01-05T10:00:00.000000Z",
    )
    assert [(r["emoji"], names[r["user_id"]]) for r in start["reactions"]] == [("🎉", "Emil")]
    assert start["pinned"]
    assert (reply["content"], reply["thread_id"]) == ("A reply", start["id"])
    assert found.entries[reply["files"][0]["file"]] == b"The plan\n"
    assert second["content"] == "Second"
    (direct,) = [each for each in found.conversations if each["kind"] == "direct"]
    assert [m["content"] for m in found.messages(direct["id"])] == ["Between us"]


def test_a_broken_line_far_down_is_named_and_nothing_is_imported(admin: Person) -> None:
    lines = (HERE / "mattermost" / "import.jsonl").read_bytes().splitlines()
    post = lines[6]
    many = [post.replace(b"1704449100000", str(1704449100000 + n).encode()) for n in range(2000)]
    broken = b'{"type": "post", "post": {"team": "office", "channel": "town-square"}}'
    content = b"\n".join([*lines, *many, broken, *many])

    answer = send_import(admin, content, "mattermost")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == f"import.jsonl:{len(lines) + 2000 + 1}"
    assert admin.get("/api/conversations?browse=true&q=Town").json == []


def test_a_person_in_a_team_without_a_name_is_named_as_the_broken_line(admin: Person) -> None:
    lines = (HERE / "mattermost" / "import.jsonl").read_bytes().splitlines()
    broken = b'{"type": "user", "user": {"username": "eve", "teams": [{"channels": [{}]}]}}'

    answer = send_import(admin, b"\n".join([*lines, broken]), "mattermost")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == f"import.jsonl:{len(lines) + 1}"


@pytest.mark.parametrize("format_", ["slack", "mattermost"])
def test_archives_of_another_kind_are_refused(admin: Person, format_: str) -> None:
    other = "mattermost" if format_ == "slack" else "slack"
    answer = send_import(admin, packed(HERE / other), format_)
    assert answer.status_code == 422
    assert send_import(admin, b"", format_).status_code == 422
    assert send_import(admin, b"{}", "unknown").status_code == 422


@pytest.mark.parametrize(
    ("mrkdwn", "markdown"),
    [
        ("*bold* and _it_", "**bold** and _it_"),
        ("2*3*4 and a * b", "2*3*4 and a * b"),
        ("<https://x.example>", "https://x.example"),
        ("<https://x.example|https://x.example>", "https://x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<@U1> <@U9|dan> <@U8>", f"{person_mark('U1')} @dan @U8"),
        ("<#C1> <#C9|old>", "#general #old"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("```x *y* <https://x.example|z>```", "```x *y* z```"),
    ],
)
def test_slacks_markup_becomes_markdown(mrkdwn: str, markdown: str) -> None:
    assert SlackText({"U1"}, {"C1": "general"}).to_markdown(mrkdwn) == markdown


def named(found: Exported, name: str) -> dict[str, Any]:
    return next(each for each in found.conversations if each["name"] == name)


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()
