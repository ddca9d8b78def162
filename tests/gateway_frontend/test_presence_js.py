"""Presence in the browser: pushed, requested, or unknown."""

from tests.gateway_frontend.conftest import Modules

SCRIPT = """async ({ answers }) => {
  const { createPresence } = await import("/js/live/presence.js");
  document.body.innerHTML = `<ul>
    <li><i data-user="1" data-presence="unknown"></i><b data-presence-words></b></li>
    <li><i data-user="2" data-presence="unknown"></i><b data-presence-words></b></li>
  </ul>`;
  const asked = [];
  const presence = createPresence({
    ask: async (ids) => { asked.push(ids); return answers; },
  });
  const shown = () => Array.from(document.querySelectorAll("li"), (item) =>
    [item.querySelector("i").dataset.presence, item.querySelector("b").textContent]);
  presence.receive({ user_id: 1, status: "away" });
  presence.show(document);
  const before = shown();
  await new Promise((resolve) => { setTimeout(resolve); });
  const after = shown();
  presence.forget();
  return { asked, before, after, forgotten: shown() };
}"""
UNKNOWN = ["unknown", ""]
AWAY = ["away", "away"]


def test_the_presence_of_strangers_is_unknown_until_requested(modules: Modules) -> None:
    result = modules.run(SCRIPT, answers={"2": "online"})
    assert result["asked"] == [[2]]
    assert result["before"] == [AWAY, UNKNOWN]
    assert result["after"] == [AWAY, ["online", "online"]]
    assert result["forgotten"] == [UNKNOWN, UNKNOWN]


def test_the_presence_of_strangers_stays_unknown_without_an_answer(modules: Modules) -> None:
    assert modules.run(SCRIPT, answers=None)["after"] == [AWAY, UNKNOWN]
