"""docs/tutorial.md names files that exist."""

import re

from deploy.local.programs import ROOT
from tests.tutorial.learner import DOCUMENT

FILES = sorted(set(re.findall(r"`((?:\w+/)+\w+\.\w+)`", DOCUMENT.read_text())))
OF_THE_LEARNER = {"instance/chat.sqlite3"}


def test_every_file_of_parley_named_in_the_tutorial_exists() -> None:
    named = [name for name in FILES if name not in OF_THE_LEARNER]
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []
