"""Parley in the terminal: python -m parley_client COMMAND."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from parley_client.client import Parley
from parley_client.connection import ParleyError
from parley_client.shapes import Message
from parley_client.words import name_of, plain, text_of


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done; 1 with one line of reason; 130 after Ctrl-C."""
    chosen = _parser().parse_args(arguments)
    url = os.environ.get("PARLEY_URL", "http://127.0.0.1:5001")
    token = os.environ.get("PARLEY_TOKEN")
    if not token:
        print("parley: set PARLEY_TOKEN to an API token (Settings, API tokens)", file=sys.stderr)
        return 1
    if chosen.command in (None, "chat"):
        return chat(url, token)
    parley = Parley(url, token)
    try:
        if chosen.command == "conversations":
            list_conversations(parley)
        elif chosen.command == "read":
            read(parley, chosen.conversation, chosen.limit)
        elif chosen.command == "send":
            send(parley, chosen.conversation, chosen.text)
        elif chosen.command == "upload":
            upload(parley, chosen.conversation, chosen.file, chosen.text)
        else:
            tail(parley, chosen.conversation)
    except (ParleyError, OSError) as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def chat(url: str, token: str) -> int:
    """Read and write in a full-screen terminal."""
    try:
        from parley_client.terminal import Terminal
    except ModuleNotFoundError as error:
        if error.name not in ("textual", "rich"):
            raise
        print("parley: for this, pip install 'parley-client[terminal]'", file=sys.stderr)
        return 1
    Terminal(url, token).run()
    return 0


def list_conversations(parley: Parley) -> None:
    my_id = parley.me()["id"]
    for conversation in parley.conversations():
        unread = f"  {conversation['unread']} unread" if conversation["unread"] else ""
        print(f"{conversation['id']:>6}  {name_of(conversation, my_id)}{unread}")


def read(parley: Parley, conversation_id: int, limit: int) -> None:
    for message in parley.messages(conversation_id, limit=limit):
        print_message(message)


def send(parley: Parley, conversation_id: int, text: str) -> None:
    print_message(parley.send(text, conversation_id=conversation_id))


def upload(parley: Parley, conversation_id: int, file: Path, text: str) -> None:
    stored = parley.upload(file)
    message = parley.send(text, conversation_id=conversation_id, attachments=[stored["id"]])
    print_message(message)


def tail(parley: Parley, conversation_id: int) -> None:
    """Print new messages of the conversation until Ctrl-C."""
    last = parley.conversation(conversation_id)["last_seq"]
    for event in parley.events({conversation_id: last}):
        if event["conversation_id"] == conversation_id and event["type"] == "message.created":
            print_message(event["data"])


def print_message(message: Message) -> None:
    name = plain(message["author"]["name"])
    print(f"{message['date'][:16]} {name}: {text_of(message)}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley", description="Settings: PARLEY_URL and PARLEY_TOKEN."
    )
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("chat", help="read and write in a full-screen terminal; the default")
    commands.add_parser("conversations", help="list your conversations with their numbers")
    read_ = commands.add_parser("read", help="print the newest messages of a conversation")
    read_.add_argument("conversation", type=int)
    read_.add_argument("--limit", type=int, default=50)
    send_ = commands.add_parser("send", help="send a message")
    send_.add_argument("conversation", type=int)
    send_.add_argument("text")
    upload_ = commands.add_parser("upload", help="send a file")
    upload_.add_argument("conversation", type=int)
    upload_.add_argument("file", type=Path)
    upload_.add_argument("--text", default="")
    tail_ = commands.add_parser("tail", help="print messages as they come")
    tail_.add_argument("conversation", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
