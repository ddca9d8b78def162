"""Rights in messages_service: every route, with the ids of other people's conversations."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from messages_service.app import create_app
from messages_service.settings import MessagesSettings
from servicekit.times import utcnow
from tests.contracts.matrix import ABSENT, Line, ask, content_of, read_table, routes_in, routes_of
from tests.support.cast import Person
from tests.support.stack import Stack

SECRET = "the treasure is under the oak"
Ids = dict[str, Any]

# Of a private room, a group, a direct conversation. From top to bottom in each column, so that what
# ends something comes last. `.mod` is a moderator; alice is the owner, and wrote everything there.
TABLE = """
                                                         none out was adm r.in r.mod g.in g.mod d.in
GET    /api/conversations/{conversation}                  401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/opened           401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/members          401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/members/{owner}  401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/messages         401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/events           401 404 404 404  200   200  200   200  200
PUT    /api/conversations/{conversation}/read +seq        401 404 404 404  200   200  200   200  200
PUT    /api/conversations/{conversation}/draft +written   401 404 404 404  200   200  200   200  200
GET    /api/drafts?conversation_id={conversation}         401 200 200 200  200   200  200   200  200
DELETE /api/conversations/{conversation}/draft            401 404 404 404  204   204  204   204  204
GET    /api/conversations/{conversation}/me               401 404 404 404  200   200  200   200  200
PATCH  /api/conversations/{conversation}/me +starred      401 404 404 404  200   200  200   200  200
POST   /api/read-all                                      401 200 200 200  200   200  200   200  200
POST   /api/scheduled +later                              401 404 404 404  201   201  201   201  201
GET    /api/scheduled?conversation_id={conversation}      401 200 200 200  200   200  200   200  200
GET    /api/scheduled/{scheduled}                         401 404 404 404  404   404  404   404  404
PATCH  /api/scheduled/{scheduled} +content                401 404 404 404  404   404  404   404  404
POST   /api/scheduled/{scheduled}/send                    401 404 404 404  404   404  404   404  404
DELETE /api/scheduled/{scheduled}                         401 204 204 204  204   204  204   204  204
POST   /api/sync +cursors                                 401 200 200 200  200   200  200   200  200
GET    /api/messages/{message}                            401 404 404 404  200   200  200   200  200
GET    /api/messages/{message}/history                    401 404 404 404  200   200  200   200  200
GET    /api/messages/{message}/replies                    401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/export           401 404 404 404  200   200  200   200  200
GET    /api/conversations/{conversation}/pins             401 404 404 404  200   200  200   200  200
GET    /api/search?q=x&conversation_id={conversation}     401 404 404 404  200   200  200   200  200
POST   /api/messages/{message}/report +reason            401 404 404 404  201   201  201   201  201
GET    /api/messages/{message}/thread                     401 404 404 404  200   200  200   200  200
PUT    /api/messages/{message}/thread/read +seq           401 404 404 404  200   200  200   200  200
PUT    /api/messages/{message}/thread/follow              401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/thread/follow              401 404 404 404  204   204  204   204  204
GET    /api/attachments/{file}                            401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/thumbnail                  401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/medium                     401 404 404 404  200   200  200   200  200
GET    /api/attachments/{file}/details                    401 404 404 404  200   200  200   200  200
GET    /api/polls?conversation_id={conversation}          401 200 200 200  200   200  200   200  200
GET    /api/polls/{poll}                                  401 404 404 404  200   200  200   200  200

GET    /api/attachments/{unsent}                          401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/thumbnail                401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/medium                   401 404 404 404  404   404  404   404  404
GET    /api/attachments/{unsent}/details                  401 404 404 404  404   404  404   404  404
PATCH  /api/attachments/{unsent} +alt                     401 404 404 404  404   404  404   404  404
DELETE /api/attachments/{unsent}                          401 404 404 404  404   404  404   404  404
PATCH  /api/attachments/{file} +alt                       401 404 404 404  409   409  409   409  409
DELETE /api/attachments/{file}                            401 404 404 404  409   409  409   409  409
GET    /api/users/{owner}/messages                        401 403 403 403  403   403  403   403  403
GET    /api/messages/with/{owner}                         401 403 403 403  403   403  403   403  403

POST   /api/messages +text                                401 404 404 404  201   201  201   201  201
POST   /api/messages +text-with-anothers-file             401 404 404 404  422   422  422   422  422
POST   /api/messages +text-as-the-owner                   401 403 403 403  403   403  403   403  403
POST   /api/messages +reply-elsewhere                     401 422 422 422  422   422  422   422  422
POST   /api/messages +forward-elsewhere                   401 422 422 422  201   201  201   201  201
POST   /api/messages +file-elsewhere                      401 422 422 422  422   422  422   422  422
POST   /api/messages +unsent-file-elsewhere               401 422 422 422  422   422  422   422  422
PATCH  /api/messages/{message} +content                   401 404 404 404  403   403  403   403  403
PUT    /api/messages/{message}/reactions/{emoji}          401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/reactions/{emoji}          401 404 404 404  204   204  204   204  204
PUT    /api/messages/{message}/pin                        401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/pin                        401 404 404 404  204   204  204   204  204
DELETE /api/messages/{message}/previews/{preview}         401 404 404 404  403   204  403   204  403
GET    /api/previews/{preview}/picture                    401 404 404 404  404   404  404   404  404
PUT    /api/messages/{message}/saved                      401 404 404 404  200   200  200   200  200
DELETE /api/messages/{message}/saved                      401 404 404 404  204   204  204   204  204
POST   /api/webhooks/incoming +webhook                    401 404 404 404  403   201  403   201  403
POST   /api/webhooks/outgoing +outgoing-webhook           401 404 404 404  403   201  403   201  403
GET    /api/webhooks/incoming?conversation_id={conversation} 401 200 200 200 200 200  200   200  200
GET    /api/webhooks/outgoing?conversation_id={conversation} 401 200 200 200 200 200  200   200  200
POST   /api/conversations/{conversation}/commands +typed  401 404 404 404  404   404  404   404  404

POST   /api/polls +question                               401 404 404 404  201   201  201   201  201
POST   /api/polls/{poll}/votes +vote                      401 404 404 404  200   200  200   200  200
POST   /api/polls/{poll}/votes +vote-as-the-owner         401 403 403 403  403   403  403   403  403

PATCH  /api/conversations/{conversation} +topic           401 404 404 404  200   200  200   200  409
PATCH  /api/conversations/{conversation} +name            401 404 404 404  403   200  200   200  409
PATCH  /api/conversations/{conversation} +public          401 404 404 404  403   403  403   403  409
PATCH  /api/conversations/{conversation} +archived        401 404 404 404  403   403  403   403  409
PUT    /api/conversations/{conversation}/members/{me}     401 404 404 404  200   200  200   200  409
PUT    /api/conversations/{conversation}/members/{new}    401 404 404 404  201   201  201   201  409
PATCH  /api/conversations/{conversation}/members/{me} +role    401 404 404 404 403 403 403 403 409
PATCH  /api/conversations/{conversation}/members/{owner} +role 401 404 404 404 403 403 403 403 409
DELETE /api/conversations/{conversation}/members/{owner}  401 404 404 404  403   403  403   403  409
DELETE /api/conversations/{conversation}/members/{new}    401 404 404 404  403   204  403   204  409
POST   /api/polls/{poll}/close                            401 404 404 404  403   200  403   200  403
POST   /api/messages/{message}/restore                    401 404 404 404  403   200  403   200  403
DELETE /api/messages/{message}                            401 404 404 404  403   204  403   204  403
DELETE /api/conversations/{conversation}                  401 404 404 404  403   403  403   403  409
DELETE /api/conversations/{conversation}/members/{me}     401 404 404 404  204   204  204   204  409
"""

# Of these the answer holds what is the caller's own, and names nobody's conversation.
ABOUT_ONESELF = {
    "GET /api/messages",
    "GET /api/conversations",
    "GET /api/saved",
    "GET /api/threads",
    "GET /api/drafts",
    "GET /api/mentions",
    "POST /api/conversations",
    "POST /api/attachments",
    "GET /api/blocks",
    "PUT /api/blocks/{}",
    "DELETE /api/blocks/{}",
    "GET /api/notifications",
    "PATCH /api/notifications",
    "POST /api/notifications/unsubscribe",
    "GET /api/push/key",
    "GET /api/push/subscriptions",
    "POST /api/push/subscriptions",
    "GET /api/push/subscriptions/{}",
    "DELETE /api/push/subscriptions/{}",
    "GET /api/export",
    "GET /api/admin/export",
    "POST /api/admin/import",
    "GET /api/admin/imports",
    "GET /api/admin/imports/{}",
    "GET /api/retention",
    "PATCH /api/retention",
    "GET /api/version",
}
# Their rights: tests/messages_service/integrations.
INTEGRATIONS = {
    "GET /api/webhooks/incoming/{}",
    "PATCH /api/webhooks/incoming/{}",
    "DELETE /api/webhooks/incoming/{}",
    "GET /api/webhooks/outgoing/{}",
    "PATCH /api/webhooks/outgoing/{}",
    "DELETE /api/webhooks/outgoing/{}",
    "GET /api/webhooks/outgoing/{}/deliveries",
    "POST /api/commands",
    "GET /api/commands",
    "GET /api/commands/{}",
    "DELETE /api/commands/{}",
}
# An administrator need not be a member for these; they show no messages, except reported ones.
FOR_ADMINS = {
    "GET /api/reports",
    "GET /api/reports/count",
    "GET /api/reports/{}",
    "POST /api/reports/{}/close",
    "DELETE /api/reports/{}/message",
    "GET /api/rooms",
    "GET /api/rooms/{}",
    "PATCH /api/rooms/{}",
    "PUT /api/rooms/{}/owner",
    "GET /api/usage",
}
WITHOUT_LOGIN = {"GET /api/version", "POST /api/notifications/unsubscribe"}

BODIES: dict[str, Callable[[Ids], Any]] = {
    "+seq": lambda ids: {"seq": 1},
    "+starred": lambda ids: {"starred": True},
    "+cursors": lambda ids: {"cursors": {str(ids["conversation"]): 0}},
    "+reason": lambda ids: {"reason": "unfriendly"},
    "+alt": lambda ids: {"alt": "an oak"},
    "+text": lambda ids: {"content": "hello", "conversation_id": ids["conversation"]},
    "+text-with-anothers-file": lambda ids: {
        "content": "mine",
        "conversation_id": ids["conversation"],
        "attachments": [ids["unsent"]],
    },
    "+text-as-the-owner": lambda ids: {
        "content": "not me",
        "conversation_id": ids["conversation"],
        "author_id": ids["owner"],
    },
    "+reply-elsewhere": lambda ids: _to_author(ids, reply_to=ids["message"]),
    "+forward-elsewhere": lambda ids: _to_author(ids, forwarded_from=ids["message"]),
    "+file-elsewhere": lambda ids: _to_author(ids, attachments=[ids["file"]]),
    "+unsent-file-elsewhere": lambda ids: _to_author(ids, attachments=[ids["unsent"]]),
    "+later": lambda ids: {
        "content": "later",
        "conversation_id": ids["conversation"],
        "send_at": (utcnow() + timedelta(hours=1)).isoformat(),
    },
    "+written": lambda ids: {"content": "half a sentence"},
    "+content": lambda ids: {"content": "changed"},
    "+webhook": lambda ids: {"conversation_id": ids["conversation"], "name": "Deploys"},
    "+outgoing-webhook": lambda ids: {
        "conversation_id": ids["conversation"],
        "name": "Deploys",
        "url": "https://example.com",
        "trigger_words": ["never said"],
    },
    "+typed": lambda ids: {"text": "/no-such-command"},
    "+question": lambda ids: {
        "conversation_id": ids["conversation"],
        "question": "Really?",
        "choices": ["Yes", "No"],
    },
    "+vote": lambda ids: {"choice_ids": [ids["choice"]]},
    "+vote-as-the-owner": lambda ids: {"choice_ids": [ids["choice"]], "author_id": ids["owner"]},
    "+topic": lambda ids: {"topic": "changed"},
    "+name": lambda ids: {"name": f"changed {uuid.uuid4()}"},
    "+public": lambda ids: {"visibility": "public"},
    "+archived": lambda ids: {"archived": True},
    "+role": lambda ids: {"role": "owner"},
}
LINES = read_table(TABLE)
OUTSIDERS = [
    (kind, who)
    for kind in ("room", "group", "direct")
    for who in ("none", "out", "was", "adm")
    # Nobody leaves a direct conversation; nobody in particular is the same everywhere.
    if (kind, who) not in (("direct", "was"), ("group", "none"), ("direct", "none"))
]
INSIDERS = [
    ("room", "r.in"), ("room", "r.mod"), ("group", "g.in"), ("group", "g.mod"), ("direct", "d.in"),
]  # fmt: skip


class Places:
    """alice's conversations, each with a message, a file, a poll, and a file not yet sent."""

    def __init__(self, stack: Stack, alice: Person, charlie: Person, dana: Person) -> None:
        self.url = stack.messages_url
        self.alice, self.charlie, self.dana = alice, charlie, dana

    def make(self, kind: str, bob: Person, who: str) -> Ids:
        """A new conversation in which `bob` has the role of the column `who`."""
        is_member = who in ("was", "r.in", "r.mod", "g.in", "g.mod", "d.in")
        others = [self.charlie, bob] if is_member else [self.charlie]
        conversation = self._conversation(kind, others)
        ids = self.fill(conversation) | {"me": bob.id, "new": self._newcomer(bob).id}
        bobs = f"/api/conversations/{conversation}/members/{bob.id}"
        if who == "was":
            # Reading marks, votes and messages of his own open nothing afterwards.
            self.call(bob, "POST", f"/api/polls/{ids['poll']}/votes", BODIES["+vote"](ids))
            self.call(bob, "POST", "/api/messages", BODIES["+text"](ids))
            self.call(self.alice, "DELETE", bobs)
        if who.endswith(".mod"):
            self.call(self.alice, "PATCH", bobs, {"role": "moderator"})
        return ids

    def fill(self, conversation: int) -> Ids:
        """The ids of alice's things, by kind."""
        file, unsent = self.upload(), self.upload()
        body = {"content": SECRET, "conversation_id": conversation, "attachments": [file]}
        message = self.call(self.alice, "POST", "/api/messages", body).json()
        poll = self.call(
            self.alice,
            "POST",
            "/api/polls",
            {"conversation_id": conversation, "question": SECRET, "choices": [SECRET, "nowhere"]},
        ).json()
        later = BODIES["+later"]({"conversation": conversation}) | {"content": SECRET}
        scheduled = self.call(self.alice, "POST", "/api/scheduled", later).json()
        return {
            "conversation": conversation,
            "scheduled": scheduled["id"],
            "message": message["id"],
            # Real ones: tests/messages_service/previews, where pages can be fetched.
            "preview": ABSENT,
            "file": file,
            "unsent": unsent,
            "poll": poll["id"],
            "choice": poll["choices"][0]["id"],
            "owner": self.alice.id,
            "emoji": "👍",
        }

    def upload(self) -> int:
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        answer = requests.post(
            self.url + "/api/attachments",
            headers=self.alice.headers,
            files={"file": (f"{SECRET}.png", picture.getvalue())},
            timeout=20,
        )
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def log(self, ids: Ids) -> Any:
        return self.call(
            self.alice, "GET", f"/api/conversations/{ids['conversation']}/events?limit=200"
        ).json()

    def call(self, who: Person, method: str, path: str, body: Any = None) -> requests.Response:
        """Must be allowed."""
        answer = self.get(who, path, method, json=body)
        assert answer.ok, (method, path, answer.text)
        return answer

    def get(self, who: Person, path: str, method: str = "GET", **options: Any) -> requests.Response:
        headers = who.headers | options.pop("headers", {})
        return requests.request(method, self.url + path, headers=headers, timeout=20, **options)

    def _conversation(self, kind: str, others: list[Person]) -> int:
        ids = [person.id for person in others]
        body: dict[str, Any] = {"kind": kind, "member_ids": ids}
        if kind == "direct":
            body["member_ids"] = ids[-1:]
        if kind == "room":
            body = {"kind": "room", "name": f"{SECRET} {uuid.uuid4()}", "visibility": "private"}
        made = int(self.call(self.alice, "POST", "/api/conversations", body).json()["id"])
        for user_id in ids if kind == "room" else []:
            self.call(self.alice, "PUT", f"/api/conversations/{made}/members/{user_id}")
        return made

    def _newcomer(self, bob: Person) -> Person:
        return self.charlie if bob is self.dana else self.dana


@pytest.fixture(scope="module")
def places(stack: Stack, alice: Person, charlie: Person, dana: Person) -> Places:
    return Places(stack, alice, charlie, dana)


def test_every_route_is_in_the_table(stack: Stack, tmp_path: Path) -> None:
    settings = MessagesSettings(
        database_url=f"sqlite:///{tmp_path / 'unused.sqlite3'}",
        redis_url=stack.redis.url,
        users_url=stack.users_url,
        service_secret=stack.service_secret,
    )

    everything = ABOUT_ONESELF | INTEGRATIONS | FOR_ADMINS
    assert routes_of(create_app(settings)) == routes_in(LINES, everything)


@pytest.mark.parametrize(("kind", "who"), OUTSIDERS)
def test_outsiders_cannot_tell_a_private_conversation_from_a_missing_one(
    places: Places, bob: Person, dana: Person, kind: str, who: str
) -> None:
    caller = dana if who == "adm" else bob
    ids = places.make(kind, caller, who)
    nowhere = ids | dict.fromkeys(
        ("conversation", "message", "file", "unsent", "poll", "scheduled"), ABSENT
    )
    before = places.log(ids)

    wrong = []
    for line in LINES:
        answer = _ask(places, line, None if who == "none" else caller, ids)
        absent = _ask(places, line, None if who == "none" else caller, nowhere)
        if answer.status_code != line.statuses[who]:
            wrong.append(f"{line}: {answer.status_code}, not {line.statuses[who]}")
        names_a_place = "{" in line.path or line.body
        if names_a_place and content_of(answer) != content_of(absent):
            wrong.append(f"{line}: {content_of(answer)}; of what is absent {content_of(absent)}")
        if SECRET in answer.text:
            wrong.append(f"{line}: tells the secret")

    assert not wrong, "\n".join(wrong)
    assert places.log(ids) == before


@pytest.mark.parametrize(("kind", "who"), INSIDERS)
def test_members_may_do_what_their_role_allows(
    places: Places, bob: Person, kind: str, who: str
) -> None:
    ids = places.make(kind, bob, who)

    wrong = []
    for line in LINES:
        answer = _ask(places, line, bob, ids)
        if answer.status_code != line.statuses[who]:
            wrong.append(f"{line}: {answer.status_code}, not {line.statuses[who]}: {answer.text}")

    assert not wrong, "\n".join(wrong)


def test_one_conversation_gives_no_access_to_another(places: Places, bob: Person) -> None:
    there = places.make("room", bob, "out")
    here = places.make("group", bob, "r.in")
    conversation = f"/api/conversations/{here['conversation']}"

    both = {"cursors": {str(ids["conversation"]): 0 for ids in (here, there)}}
    synced = places.call(bob, "POST", "/api/sync", both).json()["conversations"]
    assert list(synced) == [str(here["conversation"])]
    polls = places.call(bob, "GET", f"/api/polls?conversation_id={here['conversation']}").json()
    assert [poll["id"] for poll in polls] == [here["poll"]]
    for path in ("/messages?around=1", "/messages?after=0", "/events?after=0"):
        found = places.call(bob, "GET", conversation + path).json()
        found = found["events"] if "events" in path else found
        assert {entry["conversation_id"] for entry in found} == {here["conversation"]}, path
    for kind, parent in (("message", "messages"), ("poll", "polls"), ("file", "attachments")):
        assert places.get(bob, f"{conversation}/{parent}/{there[kind]}").status_code == 404

    refused = (
        ("/api/messages", {"content": "x", "reply_to": there["message"]}),
        ("/api/messages", {"content": "x", "forwarded_from": there["message"]}),
        ("/api/messages", {"content": "x", "attachments": [there["file"]]}),
        ("/api/messages", {"content": "x", "attachments": [here["file"]]}),
        (f"/api/polls/{here['poll']}/votes", {"choice_ids": [there["choice"]]}),
    )
    for path, body in refused:
        place = {} if "votes" in path else {"conversation_id": here["conversation"]}
        answer = places.get(bob, path, "POST", json=body | place)
        assert answer.status_code == 422, (path, body, answer.text)


@pytest.mark.parametrize("kind", ["room", "group"])
def test_a_removed_member_cannot_read_anything(places: Places, bob: Person, kind: str) -> None:
    ids = places.make(kind, bob, "r.in")
    conversation, message = ids["conversation"], ids["message"]
    reads = [
        f"/api/conversations/{conversation}",
        f"/api/conversations/{conversation}/members",
        f"/api/conversations/{conversation}/messages?around=1",
        f"/api/conversations/{conversation}/events",
        f"/api/conversations/{conversation}/pins",
        f"/api/messages/{message}",
        f"/api/messages/{message}/history",
        f"/api/messages/{message}/replies",
        f"/api/messages/{message}/thread",
        f"/api/attachments/{ids['file']}",
        f"/api/attachments/{ids['file']}/thumbnail",
        f"/api/attachments/{ids['file']}/details",
        f"/api/polls/{ids['poll']}",
    ]
    places.call(bob, "PUT", f"/api/messages/{message}/saved")
    assert [mine["id"] for mine in places.get(bob, "/api/saved").json()] == [message]
    lists = [
        "/api/saved",
        "/api/messages",
        "/api/conversations",
        "/api/polls",
        f"/api/conversations?q={SECRET}",
    ]
    assert [places.get(bob, path).status_code for path in reads] == [200] * len(reads)
    assert any(message == mine["id"] for mine in places.get(bob, "/api/messages").json())
    etag = places.get(bob, f"/api/attachments/{ids['file']}").headers["ETag"]

    places.call(places.alice, "DELETE", f"/api/conversations/{conversation}/members/{bob.id}")
    places.call(places.alice, "POST", "/api/messages", BODIES["+text"](ids))

    for conditions in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": etag}):
        answers = [places.get(bob, path, headers=conditions) for path in reads]
        assert [answer.status_code for answer in answers] == [404] * len(reads)
    for path in [*lists, "/api/conversations?browse=1"]:
        found = places.get(bob, path).json()
        assert conversation not in {entry.get("conversation_id", entry["id"]) for entry in found}
    synced = places.call(bob, "POST", "/api/sync", BODIES["+cursors"](ids)).json()
    assert synced["conversations"] == {}


def test_non_members_see_a_public_room_but_not_its_messages(
    places: Places, bob: Person, dana: Person
) -> None:
    body = {"kind": "room", "name": f"open {uuid.uuid4()}", "visibility": "public"}
    room = places.call(places.alice, "POST", "/api/conversations", body).json()["id"]
    ids = places.fill(room)
    door = f"/api/conversations/{room}"
    bobs = f"{door}/members/{bob.id}"

    for member_once in (False, True):
        if member_once:
            places.call(bob, "PUT", bobs)
            places.call(bob, "DELETE", bobs)
        for caller in (bob, dana):
            assert SECRET not in places.call(caller, "GET", door).text
            assert SECRET not in places.call(caller, "GET", f"{door}/members").text
            for path in ("/messages", "/events"):
                answer = places.get(caller, door + path)
                assert (answer.status_code, SECRET in answer.text) == (403, False)
            for path in (
                f"/api/messages/{ids['message']}",
                f"/api/attachments/{ids['file']}",
                f"/api/polls/{ids['poll']}",
            ):
                assert places.get(caller, path).status_code == 404
            for method, path, change in (
                ("PUT", f"{door}/read", {"seq": 1}),
                ("PATCH", door, {"topic": "mine"}),
                ("DELETE", door, None),
                ("PUT", f"{door}/members/{places.charlie.id}", None),
                ("DELETE", f"{door}/members/{places.alice.id}", None),
            ):
                assert places.get(caller, path, method, json=change).status_code == 403, path


@pytest.mark.parametrize("route", sorted(FOR_ADMINS))
def test_routes_for_admins_are_closed_to_members(stack: Stack, bob: Person, route: str) -> None:
    method, path = route.split()
    body = {"topic": "mine"} if method == "PATCH" else None
    answer = bob.api.request(method, path.format(ABSENT), json=body)

    assert answer.status_code == (404 if route == "GET /api/reports/{}" else 403), answer.text


@pytest.mark.parametrize(
    "route", sorted((ABOUT_ONESELF | INTEGRATIONS | FOR_ADMINS) - WITHOUT_LOGIN)
)
def test_anonymous_callers_get_401_on_personal_routes(stack: Stack, route: str) -> None:
    method, path = route.split()
    options: dict[str, Any] = {}
    if "attachments" in path:
        options["files"] = {"file": b"x"}
    elif method in {"POST", "PATCH"}:
        options["json"] = {"kind": "room", "name": "nobody's", "visibility": "public"}

    url = stack.messages_url + path.format(ABSENT)
    answer = requests.request(method, url, timeout=20, **options)

    assert answer.status_code == 401


def _ask(places: Places, line: Line, who: Person | None, ids: Ids) -> requests.Response:
    return ask(places.url, line, who, ids, BODIES)


def _to_author(ids: Ids, **fields: Any) -> dict[str, Any]:
    return {"content": "elsewhere", "recipient_id": ids["me"], **fields}
