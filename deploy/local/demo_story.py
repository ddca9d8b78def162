"""The messages of the demo: three days in a shared house."""

from dataclasses import dataclass

PEOPLE = {"alice": "Alice Caroll", "bob": "Bob Morane", "charlie": "Charlie Chaplin"}
PROFILES: dict[str, dict[str, object]] = {
    "alice": {
        "title": "Keeps the rota",
        "time_zone": "Europe/Zurich",
        "status": {"emoji": "🌿", "text": "in the garden"},
    },
    "bob": {
        "title": "Writes scripts for everything",
        "time_zone": "Europe/Lisbon",
        "status": {"emoji": "🍲", "text": "Soup is on"},
    },
    "charlie": {
        "title": "Cello, and dishes",
        "time_zone": "America/New_York",
        "language": "fr",
    },
}


@dataclass(frozen=True)
class Room:
    """`members` without the author, who is alice if she is among them."""

    name: str
    topic: str
    members: tuple[str, ...] = tuple(PEOPLE)
    visibility: str = "public"


@dataclass(frozen=True)
class Line:
    """A message to a room, or to a person by `@nickname`.

    `when` is a time of an earlier day (`-2 18:05`) or minutes ago (`40`). `pictures` are pairs of a
    picture's name in `demo_pictures` and its description. `unread`: the others have not read it.
    `forwards` is the text of the earlier line that it forwards.
    `answers` is the text of the earlier line in whose thread it stands.
    `before` is the text before it was edited.
    """

    when: str
    author: str
    to: str
    text: str
    pictures: tuple[tuple[str, str], ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    unread: bool = False
    pinned_by: str = ""
    saved_by: tuple[str, ...] = ()
    forwards: str = ""
    answers: str = ""
    before: str = ""


@dataclass(frozen=True)
class Ring:
    """A message of the door bell, an incoming webhook of general."""

    when: str
    text: str


@dataclass(frozen=True)
class Poll:
    """Like a line; `votes` are pairs of a nickname and the number of a choice."""

    when: str
    author: str
    to: str
    question: str
    choices: tuple[str, ...]
    votes: tuple[tuple[str, int], ...]
    unread: bool = False


@dataclass(frozen=True)
class Later:
    """A draft, or a message to be sent at nine, `days` from now."""

    author: str
    to: str
    text: str
    days: int | None = None


@dataclass(frozen=True)
class LinkedPage:
    """A page that a message links to, as its preview shows it."""

    url: str
    site_name: str
    title: str
    description: str
    picture: str


ROOMS = (
    Room("general", "Everything that concerns all of us"),
    Room("kitchen", "Shared meals, the rota and what is left in the fridge"),
    Room("garden", "Beds, seeds and who waters when"),
    Room("committee", "Money and the landlord", ("alice", "bob"), "private"),
    Room("music", "Rehearsals, concerts, and who plays too loud", ("bob", "charlie")),
)
STARRED = (("alice", "kitchen"), ("bob", "committee"))
MUTED = (("alice", "general"),)
NOTIFIED_OF_ALL = (("alice", "kitchen"),)
"""Rooms notify of mentions otherwise."""
NIGHT = {"start": "22:00", "end": "07:00", "time_zone": "Europe/Zurich"}

SPOILER = "And last night's film? ||It was the gardener.|| Sorry."
WATERING = "https://garden.example/watering"
PREVIEWS = (
    LinkedPage(
        WATERING,
        "Garden club",
        "Watering in a dry summer",
        "Tomatoes every evening, beans every other day, and nobody drowns the lavender.",
        picture="beds",
    ),
)
ROTA = """Rota for next week, generated and shuffled:

```python
import random

cooks = ["alice", "bob", "charlie"]
days = ["Mon", "Tue", "Wed"]
random.shuffle(cooks)
for day, cook in zip(days, cooks):
    print(f"{day}: {cook}")
```"""
SHOPPING = (
    "Shopping list so far:\n\n- [x] flour, 2 kg\n- [x] leeks\n- [ ] *good* olive oil\n- [ ] coffee"
)
VISIT = "The landlord comes on Friday at ten. Somebody should be in."
PRICES = "| Offer | Price |\n|---|---|\n| new boiler | 2,400 |\n| repair | 380 |"

STORY: tuple[Line | Poll | Ring, ...] = (
    Line(
        "-2 09:02",
        "alice",
        "general",
        "Good morning! **Parley** is up. Everything about the house goes here from now on.",
        reactions=(("bob", "🎉"), ("charlie", "🎉")),
    ),
    Line("-2 09:10", "bob", "general", "Morning! And it is in my browser without a reload. Nice."),
    Line("-2 09:41", "charlie", "general", "The hall light is broken again. Who has a ladder?"),
    Line(
        "-2 09:43",
        "bob",
        "general",
        "In the cellar, behind the bikes.",
        before="In the attic, behind the boxes.",
    ),
    Line("-2 17:20", "charlie", "kitchen", "Soup is on. There is enough for eight, bring bread."),
    Line(
        "-2 17:52",
        "charlie",
        "kitchen",
        "It looks like this:",
        pictures=(("soup", "A pot of soup from above"),),
        reactions=(("alice", "❤️"), ("bob", "🥖")),
    ),
    Line("-2 18:05", "alice", "kitchen", "On my way, with bread from the market."),
    Line("-2 21:15", "alice", "@bob", "Have you seen where Parley keeps a message?"),
    Line("-2 21:18", "bob", "@alice", "Yes: `messages_service/log.py`, all in one transaction."),
    Line("-1 08:30", "bob", "garden", "The beans are up. All of them."),
    Line(
        "-1 08:34",
        "bob",
        "garden",
        "Proof:",
        pictures=(
            ("beds", "Two garden beds with rows of young plants"),
            ("beans", "Bean seedlings in the morning sun"),
        ),
        reactions=(("alice", "🌱"), ("charlie", "🌱")),
    ),
    Line("-1 08:42", "charlie", "garden", SPOILER),
    Line("-1 08:50", "alice", "garden", f"Who waters while I am away on Thursday? {WATERING}"),
    Line("-1 09:05", "charlie", "garden", "I do. The can leaks, so I will need two rounds."),
    Line("-1 10:15", "bob", "committee", PRICES),
    Line("-1 10:20", "alice", "committee", "Repair, clearly. I will write to the landlord."),
    Line("-1 12:40", "bob", "music", "Rehearsal moves to eight. Bring the *quiet* amplifier."),
    Line("-1 18:20", "bob", "kitchen", ROTA, pinned_by="alice"),
    Line("-1 18:31", "charlie", "kitchen", "Not Wednesdays, please: I rehearse.", answers=ROTA),
    Line("-1 18:38", "alice", "kitchen", "Then I take it, and you get Monday.", answers=ROTA),
    Line("-1 18:41", "bob", "kitchen", "Then the dice have nothing left to do.", answers=ROTA),
    Line(
        "-1 20:02", "charlie", "kitchen", SHOPPING, reactions=(("bob", "👍"),), saved_by=("alice",)
    ),
    Line("-1 20:45", "eliza", "@alice", "Hello, I am Eliza, a bot. How are you feeling today?"),
    Line("-1 20:46", "eliza", "@bob", "Hello, I am Eliza, a bot. How are you feeling today?"),
    Line("-1 20:47", "eliza", "@charlie", "Hello, I am Eliza, a bot. How are you feeling today?"),
    Ring("-1 21:02", "Parcel for flat 3, left with Bob"),
    Line("95", "alice", "general", VISIT, pinned_by="bob"),
    Line("88", "bob", "general", "I work from home on Friday, I will let him in."),
    Line("86", "alice", "general", "> I will let him in.\n\nThank you! He rings twice."),
    Ring("84", "The chimney sweep: she comes back at noon"),
    Poll(
        "70",
        "bob",
        "kitchen",
        "What do we cook on Saturday?",
        ("Dumplings", "Lasagne", "Order in"),
        (("bob", 0), ("charlie", 0), ("alice", 1)),
    ),
    Line("64", "charlie", "kitchen", "Dumplings! I can show you how to fold them."),
    Line("60", "alice", "@charlie", "Can you leave the cellar open for him?", forwards=VISIT),
    Line("41", "charlie", "@alice", "Shall I order the flour?"),
    Line("38", "alice", "@charlie", "Please do. Two kilos."),
    Line("12", "charlie", "garden", "Something has eaten the lettuce.", unread=True),
    Line("11", "charlie", "garden", "It was not me.", unread=True),
    Line(
        "9",
        "charlie",
        "general",
        "@here what is broken in your rooms? The landlord wants a list. Mine is in #garden.",
        unread=True,
    ),
    Line(
        "6",
        "bob",
        "kitchen",
        "@alice could you swap Wednesday with my Sunday? `rota.py` says you are free.",
        unread=True,
    ),
    Line("3", "bob", "@alice", "And are you coming tonight?", unread=True),
)

UNSENT: tuple[Later, ...] = (
    Later("alice", "garden", "I am back on Sunday. Charlie, could you water the beans until"),
    Later("bob", "committee", "Two more offers for the boiler, both"),
    Later("alice", "general", "Reminder: the landlord comes at ten. Who opens the door?", days=1),
    Later("alice", "kitchen", "Dumplings tonight! We start folding at five.", days=3),
    Later("bob", "general", "I am at home today, and will let the landlord in.", days=1),
)
