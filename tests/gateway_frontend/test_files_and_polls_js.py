"""Words for files and polls: the browser and the server say the same."""

from typing import Any

import pytest

from gateway_frontend.drawing import file_filters
from gateway_frontend.poll_command import is_poll_command, read_poll_command
from tests.gateway_frontend.conftest import Modules

SIZES = [1, 999, 1000, 1234, 9_949, 10_000, 999_400, 999_600, 1_000_000, 45_678_901, 3_200_000_000]
NAMES = ["notes.pdf", "archive.tar.gz", "README", ".profile", "x.verylong", "ünï.ÖDT", "dot."]
PICTURES = [(1600, 1000), (300, 900), (20, 20), (1, 5000), (400, 300), (4000, 3)]
COMMANDS = [
    '/poll "Where?" "Here" "There"',
    "/poll Where? Here There",
    "/poll “Wo?” „Hier“ «Dort»",
    '  /poll "A b" c "d e"  ',
    '/poll "Where?" "Here"',
    '/poll "" "" ""',
    "/poll",
    "/polls a b c",
    "/pollen",
    "no /poll a b c",
]


@pytest.mark.parametrize("size", SIZES)
def test_browser_and_server_format_sizes_alike(modules: Modules, size: int) -> None:
    script = "async ({size}) => (await import('/js/files/file-words.js')).sizeWords(size)"
    assert modules.run(script, size=size) == file_filters.file_size(size)


@pytest.mark.parametrize("name", NAMES)
def test_browser_and_server_name_file_types_alike(modules: Modules, name: str) -> None:
    script = "async ({name}) => (await import('/js/files/file-words.js')).typeWords(name)"
    assert modules.run(script, name=name) == file_filters.file_type(name)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("width", "height"), PICTURES)
def test_browser_and_server_scale_pictures_alike(
    modules: Modules, width: int, height: int, count: int
) -> None:
    picture: Any = {"width": width, "height": height}
    script = "async ({p, count}) => (await import('/js/files/file-words.js')).fitted(p, count)"
    shown = modules.run(script, p=picture, count=count)
    assert shown == file_filters.fitted(picture, count)
    assert 1 <= shown["width"] <= min(400, width)
    assert 1 <= shown["height"] <= min(300, height)


@pytest.mark.parametrize("command", COMMANDS)
def test_browser_and_server_parse_poll_commands_alike(modules: Modules, command: str) -> None:
    script = """async ({command}) => {
      const words = await import('/js/polls/poll-command.js');
      return words.isPollCommand(command) ? words.readPollCommand(command) : "no command";
    }"""
    read: Any = "no command"
    if is_poll_command(command):
        found = read_poll_command(command)
        read = found and {"question": found[0], "choices": found[1]}
    assert modules.run(script, command=command) == read


def test_a_poll_is_written_as_its_command(modules: Modules) -> None:
    poll = {"question": 'What is "tea"?', "choices": ["A drink", "A meal"]}
    script = """async ({poll}) => {
      const { readPollCommand, writePollCommand } = await import('/js/polls/poll-command.js');
      return readPollCommand(writePollCommand(poll));
    }"""
    assert modules.run(script, poll=poll) == {**poll, "question": "What is 'tea'?"}


@pytest.mark.parametrize(
    ("poll", "field"),
    [
        ({"question": "", "choices": ["a", "b"]}, "question"),
        ({"question": "q", "choices": ["a"]}, "choice"),
        ({"question": "q", "choices": ["a", "A"]}, "choice"),
        (
            {"question": "q", "choices": ["a", "b"], "closes_at": "2020-01-01T00:00:00Z"},
            "closes_at",
        ),
        ({"question": "q", "choices": ["a", "b"], "closes_at": "2999-01-01T00:00:00Z"}, None),
    ],
)
def test_the_poll_dialog_validates_before_sending(
    modules: Modules, poll: dict[str, Any], field: str | None
) -> None:
    script = (
        """async ({poll}) => (await import('/js/polls/poll-dialog.js')).problemWith(poll)?.field"""
    )
    assert modules.run(script, poll=poll) == field


@pytest.mark.parametrize(("count", "multiple"), [(0, False), (1, False), (2, True), (1, True)])
def test_browser_and_server_word_vote_counts_alike(
    modules: Modules, count: int, multiple: bool
) -> None:
    poll: Any = {"voter_count": count, "multiple": multiple, "anonymous": True, "closed": True}
    script = """async ({poll}) => {
      const { countWords, kindWords } = await import('/js/polls/poll-card.js');
      return countWords(poll) + kindWords(poll);
    }"""
    said = file_filters.poll_count(poll) + file_filters.poll_kind(poll)
    assert modules.run(script, poll=poll) == said
