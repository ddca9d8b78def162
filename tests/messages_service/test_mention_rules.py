"""Finding the mentions in a text."""

import pytest

from messages_service.markdown import Markdown
from messages_service.mention_rules import MAX_MARKED, MAX_PEOPLE
from messages_service.models import MAX_CONTENT

PEOPLE = {"alice": 1, "bob": 2, "zoë": 3, "b.": 4, "דנה": 5, "under_score": 6}
ROOMS = {"general": 7, "Shared kitchen": 8, "Shared": 9, "C++": 10, "🎉 party": 11}


@pytest.fixture(scope="module")
def markdown() -> Markdown:
    return Markdown(
        lambda names: {name: PEOPLE[name] for name in names if name in PEOPLE},
        lambda names: {name: ROOMS[name] for name in names if name in ROOMS},
    )


@pytest.mark.parametrize(
    ("text", "label", "user_id"),
    [
        ("hi @bob!", "@bob", 2),
        ("@BOB", "@BOB", 2),
        ("ask @zoë.", "@zoë", 3),
        ("@b. or", "@b.", 4),
        ("@Alice's cake", "@Alice", 1),
        ("@Alice’s cake", "@Alice", 1),
        ("(@bob)", "@bob", 2),
        ("“@bob”,", "@bob", 2),
        ("@bob, @bob; @bob", "@bob", 2),
        ("**@alice**", "@alice", 1),
        ("_@alice_", "@alice", 1),
        ("# @alice", "@alice", 1),
        ("- [ ] @alice", "@alice", 1),
        ("|a|\n|-|\n|@alice|", "@alice", 1),
        ("@alice@bob", "@alice", 1),
        ("@under_score", "@under_score", 6),
        ("שלום @דנה!", "@דנה", 5),
        ("\u202e@bob\u202c", "@bob", 2),
        ("\u200f@bob\u200f", "@bob", 2),
        ("line\n@bob", "@bob", 2),
    ],
)
def test_a_nickname_after_an_at_sign_mentions_the_person(
    markdown: Markdown, text: str, label: str, user_id: int
) -> None:
    html, mentions = markdown.render(text)
    pill = f'<a class="mention" data-user-id="{user_id}" href="/people/{user_id}"'
    assert pill in html
    assert f">{label}</a>" in html
    assert mentions == {"user_ids": [user_id], "everyone": None}


@pytest.mark.parametrize(
    "text",
    [
        "`@bob`", "```\n@bob\n```", "    @bob", "``a ` @bob``", "[@bob](http://x.org)",
        "http://x.org/@bob", "http://x.org/?to=@bob", "bob@bob", "mail a@bob now", "a.@bob",
        "\\@bob", "@nobody", "@bobby", "@", "@ bob", "@@bob", "@-", "/@bob", "&#64;bob",
        "@b\u043eb", "@ɑlice", "@\u202ebob", "@\u200bbob", "`@room`", "\\@here", "a@room",
        "@roomy", "<@bob>", "@bo\u200db", "@" * 5_000, "@" + "b" * 5_000,
    ],
)  # fmt: skip
def test_other_text_mentions_nobody(markdown: Markdown, text: str) -> None:
    html, mentions = markdown.render(text)
    if text != "<@bob>":
        assert 'class="mention"' not in html
        assert mentions == {"user_ids": [], "everyone": None}


@pytest.mark.parametrize(
    ("text", "everyone"),
    [
        ("@room lunch", "room"),
        ("@Here, please", "here"),
        ("@here @room", "room"),
        ("@everyone!", "room"),
        ("@channel.", "room"),
        ("(@all)", "room"),
    ],
)
def test_some_words_mention_all_members(markdown: Markdown, text: str, everyone: str) -> None:
    html, mentions = markdown.render(text)
    assert f'<span class="mention" data-everyone="{everyone}">' in html
    assert (mentions["user_ids"], mentions["everyone"]) == ([], everyone)


@pytest.mark.parametrize(
    ("text", "label", "room_id"),
    [
        ("see #general.", "#general", 7),
        ("#general's topic", "#general", 7),
        ("in #Shared kitchen we cook", "#Shared kitchen", 8),
        ("in #Shared rooms", "#Shared", 9),
        ("#C++!", "#C++", 10),
        ("#🎉 party tonight", "#🎉 party", 11),
    ],
)
def test_the_longest_name_of_a_room_after_a_hash_is_a_link(
    markdown: Markdown, text: str, label: str, room_id: int
) -> None:
    html, mentions = markdown.render(text)
    assert f'<a class="room-link" href="/app/c/{room_id}"' in html
    assert f">{label}</a>" in html
    assert mentions == {"user_ids": [], "everyone": None}


@pytest.mark.parametrize(
    "text",
    ["#nowhere", "`#general`", "a#general", "http://x.org/#general", "\\#general", "# general",
     "##general", "[#general](http://x.org)", "&#39;"],
)  # fmt: skip
def test_other_text_is_no_link_to_a_room(markdown: Markdown, text: str) -> None:
    assert "room-link" not in markdown.render(text).html


def test_people_are_looked_up_once_and_only_for_text_with_a_sign() -> None:
    asked: list[list[str]] = []

    def find(names: object) -> dict[str, int]:
        asked.append(sorted(names))  # type: ignore[call-overload]
        return {}

    markdown = Markdown(find, find)
    markdown.render("**no sign**, a.b@example.org, http://x.org/#top")
    assert asked == []
    markdown.render("@bob and @carol. and #general")
    assert asked == [["bob", "carol", "carol."], ["general"]]


def test_a_message_mentions_a_limited_number_of_people() -> None:
    everybody = Markdown(
        lambda names: {n: int(n[1:]) for n in names if n[1:].isdigit()}, lambda names: {}
    )
    text = " ".join(f"@p{number}" for number in range(1, 1_500))
    html, mentions = everybody.render(text)
    assert mentions["user_ids"] == list(range(1, MAX_PEOPLE + 1))
    assert html.count('class="mention"') == MAX_PEOPLE
    assert f"@p{MAX_PEOPLE + 1}" in html

    html, mentions = everybody.render("@p7 " * (MAX_CONTENT // 4))
    assert html.count('class="mention"') == MAX_MARKED
    assert mentions["user_ids"] == [7]
