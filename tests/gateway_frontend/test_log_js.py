"""The browser's copy of a log: every event once and in order, on any network."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway_frontend.conftest import Modules
from tests.support.examples import examples

SIMULATE = """async ({ stored, start, steps, failures, limit }) => {
  const { createLog } = await import("/js/live/log.js");
  const applied = [];
  const log = createLog({
    lastSeq: start,
    epoch: "first",
    apply: (event) => applied.push(event.seq),
    fetchAfter: async (seq) => {
      await null;
      if (failures.shift()) throw new Error("lost on the way");
      const events = [];
      const end = Math.min(stored, seq + limit);
      for (let next = seq + 1; next <= end; next += 1) events.push({ seq: next });
      return { events, last_seq: stored, more: seq + events.length < stored, epoch: "first" };
    },
    restart: () => { throw new Error("nothing was put back"); },
    pause: async () => {},
  });
  for (const step of steps) {
    if (step === 0) await new Promise((resolve) => { setTimeout(resolve); });
    else log.receive({ seq: step, epoch: "first" });
  }
  await log.catchUp();
  return { applied, lastSeq: log.lastSeq };
}"""

RESTORE = """async ({ steps, fails }) => {
  const { createLog } = await import("/js/live/log.js");
  const applied = [];
  const begun = [];
  const restored = 4;
  const log = createLog({
    lastSeq: 9,
    epoch: "old",
    apply: (event) => applied.push(`${event.epoch}${event.seq}`),
    fetchAfter: async (seq) => {
      const events = [];
      const last_seq = restored + 3;
      for (let next = seq + 1; next <= last_seq; next += 1) {
        events.push({ seq: next, epoch: "new" });
      }
      return { events, last_seq, more: false, epoch: "new" };
    },
    restart: async (epoch) => {
      begun.push(epoch);
      if (fails.shift()) throw new Error("away");
      return { lastSeq: restored };
    },
    pause: async () => {},
  });
  for (const [epoch, seq] of steps) {
    log.receive({ seq, epoch });
    if (seq % 2) await new Promise((resolve) => { setTimeout(resolve); });
  }
  log.receive({ seq: restored + 3, epoch: "new" });
  await log.catchUp();
  await new Promise((resolve) => { setTimeout(resolve); });
  await log.catchUp();
  return { applied, begun, lastSeq: log.lastSeq, epoch: log.epoch };
}"""

IN_BROWSER = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@IN_BROWSER
@given(
    stored=st.integers(0, 40),
    start=st.integers(0, 40),
    deliveries=st.lists(st.integers(0, 40), max_size=80),
    failures=st.lists(st.booleans(), max_size=8),
    limit=st.integers(1, 10),
)
def test_events_in_any_order_with_losses_and_duplicates_rebuild_the_log(
    modules: Modules,
    stored: int,
    start: int,
    deliveries: list[int],
    failures: list[bool],
    limit: int,
) -> None:
    start = min(start, stored)
    steps = [seq for seq in deliveries if seq <= stored]
    result = modules.run(
        SIMULATE, stored=stored, start=start, steps=steps, failures=failures, limit=limit
    )
    assert result["applied"] == list(range(start + 1, stored + 1))
    assert result["lastSeq"] == stored


@IN_BROWSER
@given(
    steps=st.lists(
        st.tuples(st.just("old"), st.integers(8, 14))
        | st.tuples(st.just("new"), st.integers(1, 7)),
        max_size=20,
    ),
    fails=st.lists(st.booleans(), max_size=3),
)
def test_a_new_epoch_resets_the_log_once_and_drops_events_of_the_old_one(
    modules: Modules, steps: list[tuple[str, int]], fails: list[bool]
) -> None:
    result = modules.run(RESTORE, steps=[list(step) for step in steps], fails=fails)
    assert set(result["begun"]) == {"new"}
    assert len(result["begun"]) <= 1 + sum(fails)
    assert (result["epoch"], result["lastSeq"]) == ("new", 7)
    new = [name for name in result["applied"] if name.startswith("new")]
    assert new == ["new5", "new6", "new7"]
    assert result["applied"][-3:] == new


@pytest.mark.parametrize("way", ["catchUp", "receivePage"])
def test_a_log_restored_without_a_new_epoch_is_reset_once(modules: Modules, way: str) -> None:
    result = modules.run(
        """async ({ way }) => {
          const { createLog } = await import("/js/live/log.js");
          const applied = [];
          let resets = 0;
          const page = (seq) => (
            { events: [], last_seq: 4, more: false, epoch: "e", reset: seq > 4 }
          );
          const log = createLog({
            lastSeq: 9, epoch: "e", pause: async () => {},
            apply: (event) => applied.push(event.seq),
            fetchAfter: async (seq) => page(seq),
            restart: async () => { resets += 1; return { lastSeq: 4 }; },
          });
          await (way === "catchUp" ? log.catchUp() : log.receivePage(page(9)));
          await log.receivePage(page(9));
          await log.catchUp();
          log.receive({ seq: 5, epoch: "e" });
          return { resets, applied, lastSeq: log.lastSeq };
        }""",
        way=way,
    )
    assert result == {"resets": 1, "applied": [5], "lastSeq": 5}


def test_concurrent_catch_ups_share_one_request(modules: Modules) -> None:
    asked = modules.run(
        """async () => {
          const { createLog } = await import("/js/live/log.js");
          let asked = 0;
          const log = createLog({
            lastSeq: 0, epoch: "e", apply() {}, restart() {}, pause: async () => {},
            fetchAfter: async (seq) => {
              asked += 1;
              await new Promise((resolve) => { setTimeout(resolve, 5); });
              const events = seq ? [] : [{ seq: 1 }, { seq: 2 }, { seq: 3 }];
              return { events, last_seq: 3, more: false, epoch: "e" };
            },
          });
          for (const seq of [3, 2, 3]) log.receive({ seq, epoch: "e" });
          await Promise.all([log.catchUp(), log.catchUp()]);
          return asked;
        }"""
    )
    assert asked == 1


def test_a_closed_log_applies_nothing_more(modules: Modules) -> None:
    applied = modules.run(
        """async () => {
          const { createLog } = await import("/js/live/log.js");
          const applied = [];
          const log = createLog({
            lastSeq: 0, epoch: "e", restart() {}, pause: async () => {},
            apply: (event) => applied.push(event.seq),
            fetchAfter: async () => ({
              events: [{ seq: 1 }, { seq: 2 }], last_seq: 2, more: false, epoch: "e",
            }),
          });
          const round = log.catchUp();
          log.close();
          await round;
          log.receive({ seq: 1, epoch: "e" });
          return applied;
        }"""
    )
    assert applied == []


def test_a_late_event_is_awaited_before_the_log_is_read(modules: Modules) -> None:
    result = modules.run(
        """async () => {
          const { createLog } = await import("/js/live/log.js");
          const applied = [];
          let asked = 0;
          let settled = () => {};
          const log = createLog({
            lastSeq: 0, epoch: "e", restart() {}, pause: async () => {},
            apply: (event) => applied.push(event.seq),
            settle: () => new Promise((resolve) => { settled = resolve; }),
            fetchAfter: async (seq) => {
              asked += 1;
              const events = [{ seq: 3 }, { seq: 4 }].filter((event) => event.seq > seq);
              return { events, last_seq: 4, more: false, epoch: "e" };
            },
          });
          log.receive({ seq: 2, epoch: "e" });
          log.receive({ seq: 1, epoch: "e" });
          settled();
          await new Promise((resolve) => { setTimeout(resolve); });
          const askedForOvertaken = asked;
          log.receive({ seq: 4, epoch: "e" });
          settled();
          await new Promise((resolve) => { setTimeout(resolve); });
          return { applied, askedForOvertaken, asked };
        }"""
    )
    assert result == {"applied": [1, 2, 3, 4], "askedForOvertaken": 0, "asked": 1}


def test_a_gap_is_requested_after_a_random_delay(modules: Modules) -> None:
    waits = modules.run(
        """async () => {
          const { createLog } = await import("/js/live/log.js");
          const ask = () => new Promise((resolve) => {
            const started = performance.now();
            const log = createLog({
              lastSeq: 0, epoch: "e", apply() {}, restart() {}, pause: async () => {},
              fetchAfter: async () => {
                resolve(performance.now() - started);
                return { events: [{ seq: 1 }], last_seq: 2, more: false, epoch: "e" };
              },
            });
            log.receive({ seq: 2, epoch: "e" });
          });
          return Promise.all(Array.from({ length: 20 }, ask));
        }"""
    )
    assert min(waits) >= 140
    assert max(waits) - min(waits) > 20
