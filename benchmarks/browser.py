"""The page in Chromium: first paint, a history of 10,000 messages, a message that arrives.

python -m benchmarks.browser [--quick]
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Table, times
from benchmarks.targets import UNLIMITED
from tests.journeys.conversations import fill, meet
from tests.support.browser import chromium_options
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PATIENCE = 120_000
SIZE = {"width": 1280, "height": 800}
LIVE = ".who [data-presence=online]"
PAINT = """() => new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const requests = performance.getEntriesByType("resource");
  const before = requests.filter(({ startTime }) => startTime < painted).length + 1;
  setTimeout(() => resolve({ painted, before, requests: requests.length + 1, shift }), 300);
})"""
SCROLL = """async ([step, frames, edge, middle]) => {
  const log = document.querySelector("main .log");
  const lines = log.querySelector(".lines");
  const taken = [];
  let [most, last, start, halfway] = [0, performance.now(), performance.now()];
  while (taken.length < frames && performance.now() - start < 100000) {
    log.scrollTop += step;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    taken.push(now - last);
    last = now;
    most = Math.max(most, lines.childElementCount);
    const seq = Number(lines.querySelector(".message")?.dataset.seq);
    if (seq <= middle) halfway ??= now;
    if (edge && lines.querySelector(edge)) break;
  }
  taken.sort((one, other) => one - other);
  const at = (share) => taken[Math.floor((taken.length - 1) * share)];
  return { most, seconds: (last - start) / 1000, first: (halfway - start) / 1000,
    median: at(0.5), late: at(0.99), reached: !edge || lines.querySelector(edge) !== null };
}"""
# From the frame of the socket to the frame of the screen; the listener is the first of all.
WATCH = """(() => {
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string" || !data.includes("Drawn yet?")) return;
        const received = performance.now();
        requestAnimationFrame(() => setTimeout(() => {
          const isDrawn = document.querySelector("main .lines > :last-child")
            .textContent.includes("Drawn yet?");
          (window.drawn ??= []).push(isDrawn ? performance.now() - received : Infinity);
        }));
      });
    }
  };
})()"""


@dataclass(frozen=True)
class Plan:
    """`messages` in the conversation; each figure is the median of `rounds`."""

    messages: int = 10_000
    rounds: int = 5
    frames: int = 600


QUICK = Plan(messages=2_000, rounds=2, frames=200)


def run(plan: Plan) -> list[Table]:
    """One table with everything."""
    with _conversation(plan) as (stack, conversation_id, alice, bob), sync_playwright() as started:
        browser = started.chromium.launch(**chromium_options())
        token = _session(bob)
        rows = _paint_rows(browser, stack, conversation_id, token, plan)
        with _page(browser, stack, conversation_id, token) as page:
            rows += _arrival_rows(page, alice, conversation_id, plan)
            rows += _scroll_rows(page, plan)
        browser.close()
    note = (
        f"A conversation of {plan.messages:,} messages, everything read; medians of {plan.rounds}"
        " rounds. Tasks are those of the page's main thread; their CPU time does not depend on what"
        " else the machine does."
    )
    return [Table("The browser", note, ["", "figure"], rows)]


@contextmanager
def _conversation(plan: Plan) -> Iterator[tuple[Stack, int, Person, Person]]:
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder), environ=UNLIMITED) as stack:
        alice, bob = stack.sign_up("alice"), stack.sign_up("bob")
        conversation_id = meet(alice, bob)
        fill(stack, conversation_id, [alice, bob], plan.messages)
        bob.read_all(conversation_id)
        yield stack, conversation_id, alice, bob


def _session(person: Person) -> str:
    login = {"login": person.nickname, "password": person.password}
    return str(person.api.post("/api/sessions", json=login).json()["session_token"])


@contextmanager
def _page(browser: Browser, stack: Stack, conversation_id: int, token: str) -> Iterator[Page]:
    """The conversation in a new profile, connected."""
    context = browser.new_context(base_url=stack.url, viewport=SIZE)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "parley", "value": token, "url": stack.url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(f"/app/c/{conversation_id}")
    page.wait_for_selector(LIVE)
    yield page
    context.close()


def _paint_rows(
    browser: Browser, stack: Stack, conversation_id: int, token: str, plan: Plan
) -> list[list[str]]:
    seen: dict[str, list[float]] = defaultdict(list)
    for _ in range(plan.rounds):
        browser.start_tracing(categories=["disabled-by-default-devtools.timeline"])
        with _page(browser, stack, conversation_id, token) as page:
            for name, value in page.evaluate(PAINT).items():
                seen[name].append(value)
            trace = json.loads(browser.stop_tracing())
            taken, cpu = _longest_task(trace["traceEvents"])
            seen["task"].append(taken)
            seen["cpu"].append(cpu)
    return [
        ["first contentful paint, empty cache", f"{times(median(seen['painted']))} ms"],
        ["requests before it", f"{median(seen['before']):.0f}"],
        ["requests in all", f"{median(seen['requests']):.0f}"],
        [
            "longest task",
            f"{times(median(seen['task']))} ms ({times(median(seen['cpu']))} ms of CPU)",
        ],
        ["cumulative layout shift", f"{median(seen['shift']):.3f}"],
    ]


def _longest_task(events: list[dict[str, Any]]) -> tuple[float, float]:
    """The longest task of a page's main thread in ms: by the clock, and its CPU time."""
    pages = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event
        for event in events
        if event["name"] == "RunTask" and "dur" in event and (event["pid"], event["tid"]) in pages
    ]
    longest = max(task["dur"] for task in tasks) / 1000
    return longest, max(task.get("tdur", 0) for task in tasks) / 1000


def _arrival_rows(page: Page, alice: Person, conversation_id: int, plan: Plan) -> list[list[str]]:
    page.wait_for_load_state("networkidle")  # what follows the first paint is done
    for number in range(plan.rounds):
        alice.send("Drawn yet?", conversation_id=conversation_id)
        # From here: the page's policy forbids Playwright to ask again inside of the page.
        count = f"(window.drawn ?? []).length > {number}"
        wait_until(lambda: page.evaluate(count), PATIENCE / 1000)  # noqa: B023 - called here
    drawn = median(page.evaluate("window.drawn"))
    return [["from a received event to the frame that shows it", f"{times(drawn)} ms"]]


def _scroll_rows(page: Page, plan: Plan) -> list[list[str]]:
    up = page.evaluate(SCROLL, [-60, plan.frames, None, 0])
    down = page.evaluate(SCROLL, [60, plan.frames // 2, None, 0])
    whole = page.evaluate(SCROLL, [-1_000_000, 1_000_000, ".beginning", plan.messages // 2])
    most = max(up["most"], down["most"], whole["most"])
    reached, halves = "not in 100 s", "-"
    if whole["reached"]:
        reached = f"{times(whole['seconds'])} s"
        halves = f"{times(whole['first'])} s, {times(whole['seconds'] - whole['first'])} s"
    return [
        ["a frame, scrolling up (99 of 100)", f"{times(up['median'])} ms ({times(up['late'])} ms)"],
        [
            "a frame, scrolling down (99 of 100)",
            f"{times(down['median'])} ms ({times(down['late'])} ms)",
        ],
        [f"scrolling through all {plan.messages:,} messages to the first", reached],
        ["of that the newer and the older half: loading a page does not grow", halves],
        ["elements of the log on the page, at most", str(most)],
    ]


if __name__ == "__main__":
    chosen = QUICK if "--quick" in sys.argv else Plan()
    print("\n".join(table.as_markdown() for table in run(chosen)))
