"""Parley in a full-screen terminal: read, write and send files; needs `parley-client[terminal]`."""

import threading
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Header, Input, Label, ListItem, ListView, RichLog

from parley_client.client import Parley
from parley_client.connection import ParleyError
from parley_client.shapes import Conversation, Event, Message
from parley_client.words import name_of, plain, text_of

UPLOAD = "/upload "
CHANGED = ("message.edited", "message.deleted", "message.restored", "log.reset")


class Entry(ListItem):
    """A conversation in the list."""

    def __init__(self, conversation: Conversation, name: str) -> None:
        self._label = Label()
        super().__init__(self._label)
        self.conversation_id = conversation["id"]
        self.shown_name = name
        self.show(conversation["unread"])

    def show(self, unread: int) -> None:
        """Show the number of unread messages behind the name."""
        self.unread = unread
        words = f"{self.shown_name}  {unread}" if unread else self.shown_name
        self._label.update(Text(words, style="bold" if unread else ""))


class Terminal(App[None]):
    """The conversations on the left, the messages of the open one on the right."""

    TITLE = "Parley"
    CSS = """
    ListView { width: 30; border-right: solid $primary; }
    RichLog { padding: 0 1; }
    """
    BINDINGS = [  # noqa: RUF012 - Textual reads it from the class
        Binding("ctrl+q", "quit", "Quit"),
        Binding("ctrl+o", "choose", "Conversations", priority=True),
    ]

    def __init__(self, url: str, token: str, *, realtime_url: str | None = None) -> None:
        super().__init__()
        self.parley = Parley(url, token)
        self._followed = Parley(url, token)  # for the thread that waits for events
        self._realtime_url = realtime_url
        self._ends = threading.Event()
        self._my_id = 0
        self.open_id: int | None = None

    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            yield ListView()
            with Vertical():
                yield RichLog(wrap=True, markup=False)
                yield Input(placeholder="Choose a conversation", disabled=True)
        yield Footer()

    def on_mount(self) -> None:
        self.load_conversations()
        threading.Thread(target=self._follow, name="events", daemon=True).start()

    def on_unmount(self) -> None:
        self._ends.set()

    def action_choose(self) -> None:
        self.query_one(ListView).focus()

    def on_list_view_selected(self, event: ListView.Selected) -> None:
        if isinstance(event.item, Entry):
            self.load_messages(event.item.conversation_id)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if text and self.open_id is not None:
            event.input.clear()
            self.send(self.open_id, text)

    @work(thread=True, exclusive=True, group="list")
    def load_conversations(self) -> None:
        try:
            self._my_id = self.parley.me()["id"]
            found = list(self.parley.conversations())
        except ParleyError as error:
            self._complain(error)
            return
        self.call_from_thread(self._show_conversations, found)

    @work(thread=True, exclusive=True, group="messages")
    def load_messages(self, conversation_id: int) -> None:
        """Open a conversation: its newest messages, which are read then."""
        try:
            found = self.parley.messages(conversation_id)
            if found:
                self.parley.mark_read(conversation_id, found[-1]["seq"])
        except ParleyError as error:
            self._complain(error)
            return
        self.call_from_thread(self._show_messages, conversation_id, found)

    @work(thread=True, group="sending")
    def send(self, conversation_id: int, text: str) -> None:
        """Send a text; `/upload PATH` sends a file."""
        try:
            if text.startswith(UPLOAD):
                file = self.parley.upload(Path(text.removeprefix(UPLOAD)).expanduser())
                attachments = [file["id"]]
                self.parley.send("", conversation_id=conversation_id, attachments=attachments)
            else:
                self.parley.send(text, conversation_id=conversation_id)
        except (ParleyError, OSError) as error:
            self._complain(error)
            self.call_from_thread(self._give_back, text)

    def _follow(self) -> None:
        for event in self._followed.events(realtime_url=self._realtime_url):
            if self._ends.is_set():
                return
            self.call_from_thread(self._apply, event)

    def _apply(self, event: Event) -> None:
        conversation_id, type_ = event["conversation_id"], event["type"]
        entry = self._entry(conversation_id)
        if entry is None:
            self.load_conversations()
        elif conversation_id == self.open_id and type_ in ("message.created", *CHANGED):
            self.load_messages(conversation_id)
        elif type_ == "message.created" and event["data"]["author_id"] != self._my_id:
            entry.show(entry.unread + 1)

    def _show_conversations(self, found: Sequence[Conversation]) -> None:
        entries = self.query_one(ListView)
        entries.clear()
        entries.extend(Entry(each, name_of(each, self._my_id)) for each in found)
        entries.focus()

    def _show_messages(self, conversation_id: int, found: Sequence[Message]) -> None:
        entry, log, box = (
            self._entry(conversation_id),
            self.query_one(RichLog),
            self.query_one(Input),
        )
        log.clear()
        for message in found:
            log.write(line_of(message))
        if self.open_id != conversation_id:
            box.focus()
        self.open_id, box.disabled = conversation_id, False
        box.placeholder = f"Write a message, or {UPLOAD}PATH"
        if entry is not None:
            self.sub_title = entry.shown_name
            entry.show(0)

    def _entry(self, conversation_id: int) -> Entry | None:
        entries = self.query(Entry)
        return next((each for each in entries if each.conversation_id == conversation_id), None)

    def _give_back(self, text: str) -> None:
        box = self.query_one(Input)
        box.value = box.value or text

    def _complain(self, error: Exception) -> None:
        self.call_from_thread(self.notify, plain(str(error)), severity="error", markup=False)


def line_of(message: Message) -> Text:
    """A message as the terminal shows it."""
    time, name = message["date"][11:16], plain(message["author"]["name"])
    return Text.assemble((f"{time} ", "dim"), (f"{name}: ", "bold"), text_of(message))
