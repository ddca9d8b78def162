"""Pages in the reader's language: whole, and with no text left in English."""

import json
import re
from pathlib import Path

import pytest

from gateway_frontend.app import create_app
from gateway_frontend.settings import GatewaySettings
from tests.gateway_frontend.visitors import TOKEN
from tests.support.cast import Person
from tests.support.in_process import Answer, Client
from tests.support.pseudo import untranslated, write_pseudo_catalog
from tests.support.stack import Stack

PSEUDO, FROM_THE_RIGHT = "en-XA", "ar-XB"
# Names of products, languages and time zones; addresses of the API.
NAMES = (
    "Parley",
    "API",
    "Aa",
    "English",
    "Deutsch",
    "Español",
    "Français",
    "UTC",
    "العربية",
    "First token",
    "POST /api/users",
)
INITIALS = re.compile(r"(?<=>)\w{1,2}(?=<img)|(?<=data-presence=\"unknown\">)\w{1,2}")
TIME_ZONES = re.compile(r'<option value="\w+/[\w/+-]+"[^>]*>[^<]*')


class Reader:
    """Somebody at a gateway of their own, which knows two pseudo-languages."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        settings = GatewaySettings(
            secret_key="x" * 32,
            service_secret=stack.service_secret,
            users_url=stack.users_url,
            messages_url=stack.messages_url,
            realtime_url=stack.realtime_url,
            languages_dir=str(folder),
        )
        self._client = Client(create_app(settings))

    def get(self, path: str, language: str = PSEUDO) -> Answer:
        headers = {"Accept": "text/html", "Accept-Language": language}
        return self._client.get(path, headers=headers)

    def submit(self, path: str, page: str, **fields: str) -> Answer:
        token = TOKEN.search(self.get(page).text)
        assert token
        headers = {"Accept": "text/html", "Accept-Language": PSEUDO}
        return self._client.post(path, data={"csrf_token": token[1], **fields}, headers=headers)

    def log_in(self, person: Person) -> None:
        answer = self.submit("/login", "/login", login=person.nickname, password=person.password)
        assert answer.status_code == 303, answer.text


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    for tag in (PSEUDO, FROM_THE_RIGHT):
        write_pseudo_catalog(folder, tag)
    return folder


@pytest.fixture
def reader(stack: Stack, catalogs: Path) -> Reader:
    return Reader(stack, catalogs)


def test_no_page_has_a_text_that_cannot_be_translated(
    reader: Reader, alice: Person, bob: Person
) -> None:
    paths = ["/login", "/signup", "/nowhere"]
    found = {path: untranslated(reader.get(path).text, *NAMES) for path in paths}
    reader.log_in(alice)
    paths, words = pages_with_content(alice, bob), words_of_everybody(alice)
    for path in paths:
        page = INITIALS.sub("", TIME_ZONES.sub("", reader.get(path).text))
        found[path] = untranslated(page, *NAMES, alice.email, *words)
    assert not {path: texts for path, texts in found.items() if texts}


def pages_with_content(alice: Person, bob: Person) -> list[str]:
    """Pages of everything that people can make, and those that are empty."""
    room, others = alice.make_room(bob, name=f"{alice.id}01"), bob.make_room(name=f"{bob.id}02")
    first = bob.send(f"@{alice.nickname} 123", conversation_id=room)
    last = bob.send("456", conversation_id=room, reply_to=first["id"])
    chat = alice.send("789", to=bob)["conversation_id"]
    alice.api.put(f"/api/conversations/{room}/pins/{first['id']}")
    alice.api.put(f"/api/messages/{first['id']}/saved")
    alice.api.put(f"/api/messages/{first['id']}/reactions/👍")
    alice.api.patch(f"/api/messages/{last['id']}", json={"content": "457"})
    alice.api.put(f"/api/conversations/{room}/draft", json={"content": "1"})
    poll = {"conversation_id": room, "question": "1?", "choices": ["1", "2"], "multiple": True}
    poll_id = alice.api.post("/api/polls", json=poll).json()["id"]
    return [
        "/app",
        "/app/find",
        "/app/find?q=1234",
        "/app/rooms?q=1234",
        "/app/rooms/new",
        "/app/groups/new",
        "/app/saved",
        "/app/mentions",
        "/app/threads",
        "/app/drafts",
        f"/app/c/{room}",
        f"/app/c/{chat}",
        f"/app/c/{others}",
        f"/app/c/{room}/members",
        f"/app/c/{room}/pins",
        f"/app/c/{room}/polls/new",
        f"/app/c/{room}/thread/{first['id']}",
        f"/app/polls/{poll_id}",
        "/people?q=1234",
        f"/people/{alice.id}",
        f"/people/{bob.id}",
        "/settings?done=profile",
        "/app/c/999999999",
    ]


def words_of_everybody(reader: Person) -> list[str]:
    """Names and nicknames of all people, also those that other tests have made."""
    words: list[str] = []
    path: str | None = "/api/users?limit=200"
    while path:
        answer = reader.api.get(path)
        for person in answer.json():
            words += (person["name"], person["nickname"])
        path = answer.links.get("next", {}).get("url")
    return words


def test_a_person_reads_pages_in_the_language_of_their_settings(
    reader: Reader, alice: Person
) -> None:
    reader.log_in(alice)
    answer = reader.submit("/settings/appearance", "/settings", theme="system", language="de")
    assert answer.status_code == 303
    page = reader.get("/settings").text
    assert '<html lang="de"' in page
    assert "Darstellung" in page
    profile = {"name": alice.name, "nickname": "?", "email": alice.email}
    refused = reader.submit("/settings/profile", "/settings", **profile)
    assert "Darf nur Buchstaben" in refused.text
    reader.submit("/settings/appearance", "/settings", theme="system", language="")
    assert f'<html lang="{PSEUDO}"' in reader.get("/settings").text


def test_a_page_says_its_direction_and_loads_the_texts_of_its_scripts_first(reader: Reader) -> None:
    page = reader.get("/login", FROM_THE_RIGHT).text
    assert re.search(f'<html lang="{FROM_THE_RIGHT}"\\s+dir="rtl"', page)
    script = re.search(r'<script defer src="([^"]+)"', page)
    assert script
    assert page.index(script[0]) < page.index('type="module"')
    answer = reader.get(script[1])
    assert answer.status_code == 200
    texts = json.loads(answer.text[answer.text.index("texts: ") + 7 : answer.text.rindex("}")])
    assert texts["Reconnecting…"] == "⟦Reconnecting…⟧"
    assert texts["%(num)s reply"] == ["⟦%(num)s reply⟧", "⟦%(num)s replies⟧"]
    assert "<script defer" not in reader.get("/login", "en").text


def test_a_problem_of_the_api_is_english_without_a_language_and_else_in_it(
    stack: Stack, alice: Person
) -> None:
    path = "/api/conversations/999999999"
    english = "There is no such conversation that you may see."
    assert alice.api.get(path).json()["detail"] == english
    translated = alice.api.get(path, headers={"Accept-Language": "fr-CH, en;q=0.5"}).json()
    assert translated["detail"].startswith("Il n’y a pas de telle conversation")
    assert translated["type"].endswith("no-such-conversation")
