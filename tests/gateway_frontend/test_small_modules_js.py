"""Unread counts, typing signs, ids, and that both sides name things alike."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_frontend.drawing.filters import initials
from gateway_frontend.drawing.text_shapes import is_few_emoji, is_long
from tests.gateway_frontend.conftest import Modules
from tests.support.examples import examples

IN_BROWSER = settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
COUNT = """async ({ base, events, reads }) => {
  const { createUnread } = await import("/js/live/unread.js");
  const unread = createUnread(base);
  for (const seq of events) unread.add(seq);
  for (const seq of reads) unread.read(seq);
  return unread.count;
}"""


@IN_BROWSER
@given(events=st.lists(st.integers(1, 30)), reads=st.lists(st.integers(10, 30)), last=st.just(10))
def test_unread_counts_do_not_depend_on_the_order_of_events_and_markers(
    modules: Modules, events: list[int], reads: list[int], last: int
) -> None:
    base = {"lastSeq": last, "readSeq": 7, "unread": 2}
    marker = max([7, *reads])
    expected = len({seq for seq in events if seq > max(last, marker)})
    if marker < last:
        expected += 2
    assert modules.run(COUNT, base=base, events=events, reads=reads) == expected


@IN_BROWSER
@given(
    views=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=12),
    start=st.integers(0, 10),
)
def test_the_read_marker_never_passes_a_message_that_was_not_on_screen(
    modules: Modules, views: list[tuple[int, int]], start: int
) -> None:
    """`views` are (seq before the first visible message, number of visible ones)."""
    on_screen: set[int] = set()
    expected = []
    for after, count in views:
        on_screen |= set(range(after + 1, after + count + 1))
        marker = start
        while marker + 1 in on_screen:
            marker += 1
        expected.append(marker)
    result = modules.run(
        """async ({ views, start }) => {
          const { createSeen } = await import("/js/conversation/seen.js");
          const seen = createSeen(start);
          return views.map(([after, count]) => {
            seen.saw(after, after + count);
            return seen.readSeq;
          });
        }""",
        views=views,
        start=start,
    )
    assert result == expected


def test_typing_is_sent_every_three_seconds_at_most_and_expires_after_six(
    modules: Modules,
) -> None:
    result = modules.run(
        """async () => {
          const { createTyping } = await import("/js/live/typing.js");
          let clock = 0;
          const alarms = [];
          const sent = [];
          const shown = [];
          const typing = createTyping({
            send: () => sent.push(clock), show: (id, users) => shown.push(users), now: () => clock,
            later: (act, ms) => alarms.push([clock + ms, act]),
          });
          for (clock = 0; clock <= 7000; clock += 500) typing.typed(1);
          clock = 0;
          typing.receive({ conversation_id: 1, user_id: 5 });
          clock = 4000;
          typing.receive({ conversation_id: 1, user_id: 5 });
          for (const [at, act] of alarms) { clock = at; act(); }
          return { sent, shown };
        }"""
    )
    assert result["sent"] == [0, 3000, 6000]
    assert result["shown"] == [[5], []]


def test_ids_are_uuids_in_insecure_contexts_too(modules: Modules) -> None:
    ids = modules.run(
        """async () => {
          const { makeUuid } = await import("/js/core/ids.js");
          const original = crypto.randomUUID;
          crypto.randomUUID = undefined;
          const made = [makeUuid(), makeUuid()];
          crypto.randomUUID = original;
          return [...made, makeUuid()];
        }"""
    )
    assert len(set(ids)) == 3
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(pattern, made) for made in ids)


NAMES = st.text("abzÅéßĳ漢字Ωя -'", min_size=1).filter(str.strip)


@IN_BROWSER
@given(name=NAMES)
def test_browser_and_server_draw_the_same_initials(modules: Modules, name: str) -> None:
    script = """async ({ name }) => (await import("/js/shell/titles.js")).initials(name)"""
    assert modules.run(script, name=name) == initials(name)


@IN_BROWSER
@given(
    text=st.one_of(
        st.text("😀👍🏽❤️\u200d👩🇩🇪1 a\n", max_size=8),
        st.integers(1, 70).map(lambda lines: "\n".join(["line"] * lines)),
        st.integers(2990, 3010).map(lambda length: "😀" * length),
    )
)
def test_browser_and_server_shape_messages_alike(modules: Modules, text: str) -> None:
    script = """async ({ text }) => {
      const { isFewEmoji, isLong } = await import("/js/conversation/shapes.js");
      return [isFewEmoji(text), isLong(text)];
    }"""
    assert modules.run(script, text=text) == [is_few_emoji(text), is_long(text)]


def test_the_connection_banner_counts_missed_messages(modules: Modules) -> None:
    words = modules.run(
        """async () => {
          const { createBanner } = await import("/js/shell/banner.js");
          const element = document.createElement("p");
          const alarms = [];
          const banner = createBanner(element, { later: (act) => alarms.push(act), cancel() {} });
          const seen = [];
          banner.connecting(); seen.push(element.textContent);
          alarms.pop()(); seen.push(element.textContent);
          banner.connected(); seen.push(element.textContent);
          banner.reconnecting(false); seen.push(element.textContent);
          banner.back(3); seen.push(element.textContent);
          banner.back(1); seen.push(element.textContent);
          alarms.pop()(); seen.push(element.textContent);
          const noon = new Date(); noon.setHours(12, 0);
          banner.lastSeen(noon, false); banner.connecting(); seen.push(element.textContent);
          banner.reconnecting(true); seen.push(element.textContent);
          banner.connected(); seen.push(element.textContent);
          return seen;
        }"""
    )
    last_seen = "You are offline. This is what was last seen at 12:00."
    assert words == [
        "", "Connecting…", "", "Reconnecting…", "Back; 3 new messages", "Back; 1 new message", "",
        last_seen, last_seen, "",
    ]  # fmt: skip


def test_problems_are_shown_as_sentences(modules: Modules) -> None:
    words = modules.run(
        """async () => {
          const { problemWords } = await import("/js/core/problem-words.js");
          return [
            problemWords([{ field: "content", message: "must have at most 10000 characters" }]),
            problemWords([{ field: "file", message: "must not be empty" }]),
            problemWords([{ field: "choices.2", message: "This choice is there twice." }]),
            problemWords(),
          ];
        }"""
    )
    assert words == [
        "The message must have at most 10000 characters.",
        "The file must not be empty.",
        "This choice is there twice.",
        "",
    ]


def test_mentions_are_counted_among_the_unread_messages(modules: Modules) -> None:
    counts = modules.run(
        """async () => {
          const { createUnread } = await import("/js/live/unread.js");
          const unread = createUnread({ lastSeq: 10, readSeq: 7, unread: 3, mentions: 2 });
          const counts = [];
          const note = () => counts.push([unread.count, unread.mentions]);
          note();
          unread.add(11, true);
          unread.add(12);
          note();
          counts.push(unread.edited(12, true), unread.edited(9, true));
          note();
          unread.remove(11);
          note();
          unread.read(8, [8], [8]);
          note();
          unread.read(12);
          note();
          return counts;
        }"""
    )
    assert counts == [[3, 2], [5, 3], True, False, [5, 4], [4, 3], [3, 2], [0, 0]]


def test_people_of_the_conversation_are_offered_first(modules: Modules) -> None:
    offered = modules.run(
        """async () => {
          const { rankPeople } = await import("/js/mentions/mention-candidates.js");
          const person = (id, name, active) => ({ id, name, nickname: name.toLowerCase(), active });
          const members = [person(1, "Rob"), person(2, "Bob")];
          const others = [person(2, "Bob"), person(3, "Bobby", false), person(4, "Boris", true)];
          return ["bo", "boris"].map((query) => rankPeople(members, others, query)
            .map(({ id }) => id));
        }"""
    )
    assert offered == [[2, 1, 4], [4, 1, 2]]


def test_a_mention_of_all_members_is_recognized_before_it_is_sent(modules: Modules) -> None:
    texts = ["@room", "Hi @here!", "(@all)", "`@room`", "```\n@room\n```", "a@room", "@roomy", "x"]
    found = modules.run(
        """async ({ texts }) => {
          const { mentionsEveryone } = await import("/js/mentions/mentions.js");
          return texts.map(mentionsEveryone);
        }""",
        texts=texts,
    )
    assert found == [True] * 3 + [False] * 5


def test_a_page_of_the_log_is_drawn_in_parts_that_are_pages(modules: Modules) -> None:
    run = """async ({ page }) => {
      const { olderParts, newerParts } = await import("/js/conversation/page-parts.js");
      const facts = ({ messages, notes, is_whole, reaches_end }) =>
        [[...messages, ...notes].map(({ seq }) => seq), is_whole, reaches_end];
      return [olderParts(page), newerParts(page)].map((parts) => Array.from(parts, facts));
    }"""
    page = {
        "messages": [{"seq": seq} for seq in range(3, 15)],
        "notes": [{"seq": 2}, {"seq": 15}],
        "is_whole": True,
        "reaches_end": True,
    }
    assert modules.run(run, page=page) == [
        [[[*range(5, 15), 15], False, True], [[3, 4, 2], True, True]],
        [[[*range(3, 13), 2], True, False], [[13, 14, 15], True, True]],
    ]
    empty = {"messages": [], "notes": [], "is_whole": True, "reaches_end": True}
    assert modules.run(run, page=empty) == [[[[], True, True]], [[[], True, True]]]


def test_marks_that_are_changed_quickly_are_sent_one_after_the_other(modules: Modules) -> None:
    seen = modules.run(
        """async () => {
          const { createChangingMarks } = await import("/js/marks/changing-marks.js");
          const [seen, answers] = [[], []];
          window.fetch = (path, { body }) => {
            seen.push(`sent ${JSON.parse(body).starred}`);
            return new Promise((resolve, reject) => answers.push({ body, resolve, reject }));
          };
          const marks = createChangingMarks({
            conversations: { marksChanged: ({ starred }) => seen.push(`shown ${starred}`) },
            openWith: () => null,
          });
          const changes = [true, false, true].map((starred) => marks.change(1, { starred }));
          for (let answered = 0; answered < 3; answered += 1) {
            while (!answers[answered]) await new Promise((resolve) => setTimeout(resolve));
            const { body, resolve, reject } = answers[answered];
            if (answered === 1) reject(new TypeError("no connection"));
            else resolve(new Response(body));
          }
          const ends = await Promise.allSettled(changes);
          return [...seen, ...ends.map(({ status }) => status)];
        }"""
    )
    assert seen == [
        "sent true", "shown true", "sent false", "sent true", "shown true",
        "fulfilled", "rejected", "fulfilled",
    ]  # fmt: skip
