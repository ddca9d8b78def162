"""The browser's outbox: kept until it is known to be stored, in order, shown with its state."""

from typing import Any

from tests.gateway_frontend.conftest import Modules

# `answers` is what the server says, one per attempt: a status, 0 for no answer, 200 for stored.
PLAY = """async ({ answers, play }) => {
  const { createOutbox } = await import("/js/live/outbox.js");
  const kept = new Map();
  const posted = [];
  const told = [];
  const make = () => createOutbox({
    store: {
      put: async (item) => { kept.set(item.client_id, { ...item }); },
      remove: async (id) => { kept.delete(id); },
      all: async () => [...kept.values()],
    },
    post: async (item) => {
      posted.push(item.client_id);
      await null;
      const status = answers.length ? answers.shift() : 200;
      if (status === 200) return { id: 1, client_id: item.client_id };
      const isPassing = status === 0 || status >= 500 || status === 429;
      throw Object.assign(new Error(`status ${status}`), { isPassing, retryAfter: null });
    },
    changed: (item) => told.push(`${item.client_id} ${item.state}`),
    pause: async () => {},
  });
  const turn = () => new Promise((resolve) => { setTimeout(resolve); });
  const settled = async () => { for (let i = 0; i < 60; i += 1) await turn(); };
  const write = (id, place = 1) => (
    { client_id: id, conversation_id: place, content: id, written: told.length }
  );
  const names = ["outbox", "make", "settled", "write", "answers"];
  const story = new Function(...names, `return (async () => {${play}})()`);
  const result = await story(make(), make, settled, write, answers);
  await settled();
  return { posted, told, kept: [...kept.keys()], result };
}"""


def play(modules: Modules, script: str, answers: list[int]) -> dict[str, Any]:
    result: dict[str, Any] = modules.run(PLAY, play=script, answers=answers)
    return result


def test_messages_are_sent_in_order_and_removed_once_stored(modules: Modules) -> None:
    end = play(
        modules, "outbox.add(write('a')); outbox.add(write('b')); outbox.add(write('c'))", []
    )
    assert end["posted"] == ["a", "b", "c"]
    assert end["kept"] == []
    assert [told for told in end["told"] if "sent" in told] == ["a sent", "b sent", "c sent"]


def test_a_failed_send_is_retried_with_the_same_id_before_later_ones(modules: Modules) -> None:
    end = play(modules, "outbox.add(write('a')); outbox.add(write('b'))", [0, 503, 429, 200])
    assert end["posted"] == ["a", "a", "a", "a", "b"]
    assert "a failed" not in end["told"]


def test_a_refused_message_waits_for_a_retry_without_blocking_others(
    modules: Modules,
) -> None:
    script = (
        "outbox.add(write('a')); outbox.add(write('b')); await settled(); await outbox.retry('a')"
    )
    end = play(modules, script, [422])
    assert end["posted"] == ["a", "b", "a"]
    assert end["told"] == [
        "a sending", "b sending", "a failed", "b sent", "a sending", "a sent",
    ]  # fmt: skip


def test_a_new_page_loads_the_outbox_of_the_old_one(modules: Modules) -> None:
    script = """
      answers.push(...Array(5).fill(422), 200, 200);
      await outbox.add(write('refused')); await settled();
      const later = make(); await later.load(); await settled();
      return later.itemsOf('c1').map((item) => item.state);
    """
    end = play(modules, script, [])
    assert end["result"] == ["failed"]
    assert end["kept"] == ["refused"]
    assert end["posted"] == ["refused"]


def test_conversations_do_not_wait_for_each_other(modules: Modules) -> None:
    end = play(modules, "outbox.add(write('a', 1)); outbox.add(write('b', 2))", [0, 200, 200])
    assert end["told"].index("b sent") < end["told"].index("a sent")


def test_a_message_seen_in_the_log_counts_as_stored_without_a_response(modules: Modules) -> None:
    script = "answers.push(...Array(30).fill(0)); await outbox.add(write('a')); outbox.confirm('a')"
    end = play(modules, script, [])
    assert end["kept"] == []
    assert len(end["posted"]) < 3


def test_discarding_a_message_returns_its_text(modules: Modules) -> None:
    script = """
      await outbox.add(write('a')); await settled();
      return [(await outbox.discard('a')).content, await outbox.discard('a')];
    """
    end = play(modules, script, [403])
    assert end["result"] == ["a", None]
    assert end["kept"] == []
