"""A browser window as its person uses it, and the few gestures that journeys are made of."""

from typing import Any

import pytest
from playwright.sync_api import (
    ConsoleMessage,
    Error,
    FilePayload,
    Locator,
    Page,
    Response,
    WebSocketRoute,
    expect,
)

from tests.support.browser import Profiles
from tests.support.cast import Person

# Some journeys cut the network: the browser's messages about that are no fault.
EXPECTED = ("net::ERR_", "WebSocket connection to", "responded with a status of 50")
PATIENCE = 30_000
RECONNECTING = 40_000
"""A connection attempt that the cut has swallowed is given up after 20 s."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCREENS = [
    pytest.param({}, id="desk"),
    pytest.param(PHONE, id="phone", marks=pytest.mark.slow),
]
SHIFTS = """() => new Promise((resolve) => {
  let total = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) total += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(total), 300);
})"""
SCRIPTS_RUN = """() => document.documentElement.matches(".live")
  || !document.querySelector("#modules-template")"""
expect.set_options(timeout=PATIENCE)


class Window:
    """A browser profile; `complaints` are errors of scripts and breaches of the CSP."""

    def __init__(self, profiles: Profiles, **options: Any) -> None:
        self.url, self._profiles = profiles.url, profiles
        self._has_scripts = options.get("java_script_enabled", True)
        self.context = profiles.take(**({"viewport": {"width": 1280, "height": 800}} | options))
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page = self._watched(self.context.pages[0])
        self._is_reusable = not options.keys() & {"viewport", "java_script_enabled"}

    def new_tab(self) -> Page:
        return self._watched(self.context.new_page())

    def log_in(self, person: Person) -> None:
        """Begin a session by the API; one test uses the form."""
        login = {"login": person.nickname, "password": person.password}
        answer = person.api.post("/api/sessions", json=login)
        assert answer.status_code == 201, answer.text
        token = answer.json()["session_token"]
        self.context.add_cookies([{"name": "parley", "value": token, "url": self.url}])

    def open_home(self) -> None:
        self.page.goto("/app")
        self.wait_until_live()

    def open(self, conversation_id: int) -> None:
        self.page.goto(f"/app/c/{conversation_id}")
        self.wait_until_live()

    def wait_until_live(self) -> None:
        """The person's own mark turns green once the socket is open."""
        expect(self.page.locator(".who [data-presence=online]")).to_be_visible()

    def say(self, text: str) -> None:
        box = self.page.locator("main form.box textarea")
        box.fill(text)
        box.press("Enter")

    def agree(self, verb: str) -> None:
        """Answer a question with yes."""
        self.page.get_by_role("dialog").get_by_role("button", name=verb, exact=True).click()

    def break_sockets_on_sending(self) -> None:
        """Each message sent over a socket breaks it, so that HTTP is tried; for later pages."""

        def connect(socket: WebSocketRoute) -> None:
            server = socket.connect_to_server()

            def pass_on(packet: str | bytes) -> None:
                if isinstance(packet, str) and '["text"' in packet:
                    socket.close()
                else:
                    server.send(packet)

            socket.on_message(pass_on)

        self.page.route_web_socket("**/socket.io/**", connect)
        self._is_reusable = False

    def messages(self, text: str) -> Locator:
        return self.page.locator(".message", has_text=text)

    def texts(self) -> list[str]:
        """The texts of the messages, from top to bottom."""
        return [text.strip() for text in self.page.locator(".message .body").all_inner_texts()]

    def close(self) -> None:
        self.page.remove_listener("pageerror", self._note_error)
        self.page.remove_listener("console", self._note_complaint)
        self._profiles.give_back(self.context, self.page if self._is_reusable else None)

    def _watched(self, page: Page) -> Page:
        if self._has_scripts and "goto" not in vars(page):  # a page is used again
            load_with_scripts(page)
        page.on("pageerror", self._note_error)
        page.on("console", self._note_complaint)
        return page

    def _note_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _note_complaint(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in EXPECTED):
            self.complaints.append(f"{message.text} ({message.location['url']})")


def load_with_scripts(page: Page) -> None:
    """Let `goto` and `reload` return when the scripts run, which load after the first paint."""
    goto, reload = page.goto, page.reload

    def go(url: str, **options: Any) -> Response | None:
        response = goto(url, **options)
        page.wait_for_function(SCRIPTS_RUN)
        return response

    def load_again(**options: Any) -> Response | None:
        response = reload(**options)
        page.wait_for_function(SCRIPTS_RUN)
        return response

    page.goto = go  # type: ignore[method-assign]
    page.reload = load_again  # type: ignore[method-assign]


def create_room(window: Window, name: str, visibility: str = "Everybody here") -> int:
    window.open_home()
    window.page.get_by_role("link", name="Browse or create rooms").click()
    window.page.get_by_role("link", name="Create room", exact=True).click()
    window.page.get_by_label("Name", exact=True).fill(name)
    window.page.get_by_label("Who may join").select_option(label=visibility)
    window.page.get_by_role("button", name="Create room").click()
    window.page.wait_for_url("**/app/c/*")
    return int(window.page.url.rpartition("/")[2])


def choose(window: Window, text: str, action: str) -> Locator:
    """Choose an entry of a message's menu; returns the message."""
    message = window.page.locator("main .message", has_text=text)
    message.focus()
    message.get_by_role("button", name="More").click()
    message.get_by_role("menuitem", name=action, exact=True).click()
    return message


def open_card(window: Window, name: str) -> None:
    window.page.locator("a.name", has_text=name).first.press("Enter")
    expect(window.page.locator(".profile-card .profile")).to_be_visible()


def choose_files(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))
