"""The browser's list of conversations: complete, and open to those that appear later."""

from tests.gateway_frontend.conftest import Modules

MAKE = """
  const { createConversations } = await import("/js/live/all-conversations.js");
  const { fetchAll } = await import("/js/live/conversation-pages.js");
  const summary = (id) => ({ id, last_seq: 1, read_seq: 1, unread: 0, members: [] });
  const appeared = [];
  const marked = [];
  const make = () => createConversations({
    me: { id: 1 }, epoch: "e", pause: async () => {},
    fetchEvents: async () => ({ events: [], last_seq: 1, more: false, epoch: "e" }),
    fetchSummary: async (id) => summary(id),
    applied() {}, changed() {}, renewed: async () => {}, removed() {},
    marked: ({ id }) => marked.push(id),
    appeared: (id) => { appeared.push(id); return new Promise(() => {}); },
  });
"""


def test_an_event_of_an_unknown_conversation_adds_it_once(modules: Modules) -> None:
    appeared = modules.run(
        "async () => {"
        + MAKE
        + """
          const conversations = make();
          conversations.adopt([summary(1)]);
          for (const id of [1, 7, 7, 8]) {
            conversations.receive({ conversation_id: id, seq: 2, epoch: "e", type: "x", data: {} });
          }
          return appeared;
        }"""
    )
    assert appeared == [7, 8]


def test_a_list_read_before_the_last_message_does_not_hide_that_message(modules: Modules) -> None:
    """The list may arrive after the live event of a message that it does not know."""
    counts = modules.run(
        "async () => {"
        + MAKE
        + """
          const conversations = make();
          const counts = [];
          const listed = (lastSeq, unread) => {
            conversations.adopt([{ ...summary(1), last_seq: lastSeq, unread }]);
            counts.push(conversations.unread);
          };
          const hear = (seq) => conversations.receive({
            conversation_id: 1, seq, epoch: "e", type: "message.created", data: { author_id: 2 },
          });
          listed(1, 0);
          hear(2);
          listed(1, 0);
          hear(3);
          listed(2, 1);
          listed(3, 2);
          listed(2, 1);
          return counts;
        }"""
    )
    assert counts == [0, 1, 2, 2, 2]


def test_all_conversations_are_listed_when_one_moves_up_between_pages(modules: Modules) -> None:
    result = modules.run(
        "async () => {"
        + MAKE
        + """
          const order = Array.from({ length: 450 }, (_, index) => index + 1);
          const asked = [];
          const found = await fetchAll(async (query) => {
            const params = new URLSearchParams(query);
            asked.push(query);
            const start = order.indexOf(Number(params.get("before"))) + 1;
            const page = order.slice(start, start + Number(params.get("limit"))).map(summary);
            if (asked.length === 1) order.unshift(...order.splice(440, 1));
            return page;
          });
          return { ids: found.map(({ id }) => id).sort((a, b) => a - b), asked };
        }"""
    )
    assert result["ids"] == list(range(1, 451))
    assert len(result["asked"]) == 4


def test_a_short_list_is_loaded_with_one_request(modules: Modules) -> None:
    asked = modules.run(
        "async () => {"
        + MAKE
        + """
          let asked = 0;
          await fetchAll(async () => { asked += 1; return [summary(1)]; });
          return asked;
        }"""
    )
    assert asked == 1


def test_a_sync_of_many_conversations_takes_several_requests(modules: Modules) -> None:
    sizes = modules.run(
        """async () => {
          const { createSync } = await import("/js/live/sync.js");
          const log = { lastSeq: 1, receivePage: async () => {} };
          const logs = new Map(Array.from({ length: 450 }, (_, index) => [index + 1, log]));
          const sizes = [];
          const sync = createSync({
            logs: () => logs, refresh: async () => {}, pause: async () => {},
            ask: async (cursors) => {
              sizes.push(Object.keys(cursors).length);
              return { conversations: {}, epoch: "e" };
            },
          });
          await sync.run();
          return sizes;
        }"""
    )
    assert sizes == [200, 200, 50]


def test_a_list_tells_once_of_messages_that_were_marked_as_unread(modules: Modules) -> None:
    """Its notice came before the page was connected. A mark that was read here is not a new one."""
    marked = modules.run(
        "async () => {"
        + MAKE
        + """
          const conversations = make();
          const one = { ...summary(1), last_seq: 9, read_seq: 9, unread_from: null };
          const other = { ...summary(2), last_seq: 9, read_seq: 9, unread_from: 4 };
          await conversations.adopt([one, other]);
          await conversations.read(2, 9, [4]);
          await conversations.adopt([{ ...one, unread_from: 6 }, other]);
          await conversations.adopt([{ ...one, unread_from: 6 }, other]);
          return marked;
        }"""
    )
    assert marked == [1]


def test_only_marking_as_unread_moves_a_count_back(modules: Modules) -> None:
    """A notice may be older than what was read in this tab."""
    counts = modules.run(
        "async () => {"
        + MAKE
        + """
          const conversations = make();
          const counts = [];
          const marks = (unreadFrom, unread) => {
            conversations.marksChanged({
              conversation_id: 1, last_seq: 9, read_seq: 9, unread_from: unreadFrom, unread,
            });
            counts.push(conversations.unread);
          };
          conversations.adopt([{ ...summary(1), last_seq: 9, read_seq: 9 }]);
          marks(4, 6);
          await conversations.read(1, 7, [4, 5, 6, 7]);
          counts.push(conversations.unread);
          marks(6, 4);
          marks(3, 7);
          marks(null, 0);
          return counts;
        }"""
    )
    assert counts == [6, 2, 2, 7, 0]
