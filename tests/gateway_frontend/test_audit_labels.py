"""The audit page has a label for every act that a service records."""

import re
from pathlib import Path

from gateway_frontend.pages.admin.audit import ACTIONS

ROOT = Path(__file__).resolve().parents[2]
RECORDED = re.compile(r'\brecord\(\s*[^"()]*"([a-z-]+\.[a-z-]+)"')


def test_every_act_that_is_recorded_has_a_label() -> None:
    sources = [*(ROOT / "users_service").rglob("*.py"), *(ROOT / "messages_service").rglob("*.py")]
    recorded = {act for path in sources for act in RECORDED.findall(path.read_text())}
    assert len(recorded) > 20
    assert recorded - ACTIONS.keys() == set()
