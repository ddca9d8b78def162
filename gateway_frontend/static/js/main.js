/** The app: creates its parts and connects them. */

import { find, one } from "./core/dom.js";
import { forgetPages } from "./core/kept-caches.js";
import { _ } from "./core/language.js";
import { createNavigation } from "./core/navigation.js";
import { openStore } from "./core/store.js";
import { rememberZone } from "./core/times.js";
import { wait } from "./core/waiting.js";
import { createDrafts } from "./drafts/drafts.js";
import { createActivity } from "./live/activity.js";
import { createConversations } from "./live/all-conversations.js";
import * as api from "./live/api-calls.js";
import { createConnection } from "./live/connection.js";
import { fetchAll } from "./live/conversation-pages.js";
import { createIncoming } from "./live/incoming.js";
import { createOutbox } from "./live/outbox.js";
import { createPeople } from "./live/people.js";
import { createPosting } from "./live/posting.js";
import { createPresence } from "./live/presence.js";
import { createReadMarkers } from "./live/read-markers.js";
import { createRetrying } from "./live/retrying.js";
import { createSession } from "./live/session.js";
import { createSync } from "./live/sync.js";
import { createTyping } from "./live/typing.js";
import { createChangingMarks } from "./marks/changing-marks.js";
import { createNotices } from "./notifications/notices.js";
import { createBlocks } from "./people/blocks.js";
import { createStatuses } from "./people/statuses.js";
import { createBanner } from "./shell/banner.js";
import { createPage } from "./shell/page.js";
import { createPageTools } from "./shell/page-tools.js";
import { createSidebar } from "./shell/sidebar.js";
import { fullNameOf } from "./shell/titles.js";
import { createViews } from "./shell/views.js";
import { registerWorker } from "./shell/worker-registration.js";

/** @type {{me: Reader, epoch: string, conversations: ConversationSummary[]}} */
const pageData = JSON.parse(one(document, "#page-data").textContent ?? "");
const { me, epoch, conversations: summaries } = pageData;

const banner = createBanner(one(document, ".net"));
const { showError } = banner;
const retrying = createRetrying();
const { pause } = retrying;
const sidebar = createSidebar(one(document, ".side"), me);
const views = createViews(one(document, ".side"));
const presence = createPresence({ ask: fetchPresence });
const people = createPeople({ fetchPeople: api.fetchPeople });
const blocks = createBlocks(me);
const statuses = createStatuses({ me, quietChanged: sendPresence, showError });
const typing = createTyping({
  send: (id, threadId) => connection.emit("typing", { conversation_id: id, thread_id: threadId }),
  show: (id, userIds) => page.conversation(id)?.showTyping(userIds),
});
const conversations = createConversations({
  me,
  epoch,
  pause,
  fetchEvents: api.fetchEvents,
  fetchSummary: api.fetchConversation,
  applied: (conversation, event) => incoming.applied(conversation, event),
  changed: conversationChanged,
  renewed: async ({ id }) => page.conversation(id)?.renew(),
  removed: conversationRemoved,
  marked: (summary) =>
    page.conversation(summary.id)?.marksChanged(/** @type {any} */ (summary), true),
  appeared: addConversation,
});
const outbox = createOutbox({
  store: openStore(me.id),
  post: createPosting((name, payload) => connection.ask(name, payload)),
  changed: (item, message) => page.itemChanged(item, message),
  pause: wait,
});
const readMarkers = createReadMarkers({ put: api.putReadMarker });
const drafts = createDrafts({
  userId: me.id,
  put: api.putDraft,
  get: api.fetchDrafts,
  marked: sidebar.showDraft,
});
const sync = createSync({
  logs: conversations.logs,
  pause,
  ask: async (cursors) => {
    const resumed = await connection.ask("resume", { cursors });
    return resumed?.ok ? resumed : api.fetchMissed(cursors);
  },
  refresh: async () => {
    const found = await fetchAll(api.fetchConversations);
    for (const { id, has_draft } of found) sidebar.showDraft(id, has_draft || drafts.isUnsaved(id));
    drafts.catchUp(new Set(found.filter((each) => each.has_draft).map(({ id }) => id)));
    return conversations.adopt(found);
  },
});
const session = createSession({
  banner,
  sync: sync.run,
  isConnected: () => connection.state === "connected",
  lost: presence.forget,
  returned() {
    presence.receive({ user_id: me.id, status: myPresence() });
    if (myPresence() !== "online") sendPresence();
    presence.show(document);
    wake();
  },
});
const navigation = createNavigation({
  leaving: () => page.closed(),
  arrived() {
    page.opened();
    tools.opened();
    showSeen();
  },
  refreshed() {
    page.refreshed();
    tools.opened();
  },
  unreachable,
  adapt: (url, signal) => page.thread.adapt(url, signal),
  pause,
});
/** @type {import("./shell/jump.js").JumpParts} */
const places = {
  me,
  conversations: conversations.list,
  fetchPeople: api.findPeople,
  fetchRooms: api.findRooms,
  fetchMessages: api.findMessages,
  shown: presence.show,
  go: navigation.go,
};
const page = createPage({
  app: {
    me,
    outbox,
    typing,
    people,
    isCatchingUp: session.isCatchingUp,
    unread: (id) => conversations.get(id)?.unreadState.count ?? 0,
    readHere: conversations.read,
    sendMarker: readMarkers.send,
    changeMarks: (id, changes) => marks.change(id, changes),
    showPresence: presence.show,
    drafts,
    jump: places,
    go: navigation.go,
    showError,
  },
  conversations,
  sidebar,
  views,
  presence,
  go: navigation.go,
});
const marks = createChangingMarks({
  conversations,
  readMarkers,
  openWith: page.conversation,
  say: showError,
});
const incoming = createIncoming({
  me,
  conversations,
  typing,
  presence,
  statuses,
  blocks,
  outbox,
  session,
  drafts,
  openWith: page.conversation,
  applyToThread: page.thread.apply,
  threadNoticed,
  notifications: createNotices({ go: navigation.go }),
  addConversation,
  refreshPage: navigation.refresh,
  showError,
});
const connection = createConnection({
  getTicket: api.fetchTicket,
  receive: incoming.receive,
  changed(state, isBack) {
    session.connectionChanged(state, isBack);
    if (state === "signed-out") forgetPages().catch(() => {});
  },
});
const activity = createActivity({ changed: sendPresence });

const tools = createPageTools({
  places,
  blocked: blocks.receive,
  readHere: () => page.current()?.markRead(),
  readAll: marks.readAll,
  showError,
});
window.addEventListener("pagehide", drafts.flush);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") drafts.flush();
});
window.addEventListener("online", () => {
  connection.hurry();
  wake();
  page.showUnsent();
});
window.addEventListener("offline", () => {
  if (connection.state !== "signed-out") session.cutOff(true);
  page.showUnsent();
});

conversations.adopt(summaries);
rememberZone();
showSeen();
for (const { id } of summaries) {
  if (drafts.isUnsaved(id)) sidebar.showDraft(id, true);
}
await wait();
const opened = Promise.all([page.opened(), tools.opened()]);
await wait();
outbox.load();
connection.start();
await opened;
document.documentElement.classList.add("live");
registerWorker();

/** Without a connection, the page may be the one that was last seen. */
function showSeen() {
  const { seenAt, serverAway } = document.documentElement.dataset;
  if (seenAt && connection.state !== "connected")
    banner.lastSeen(new Date(seenAt), serverAway !== undefined);
}

/** @returns {PresenceStatus} */
function myPresence() {
  return statuses.isQuiet() ? "dnd" : activity.status;
}

function sendPresence() {
  connection.emit("presence", { status: myPresence() });
}

/** @param {number[]} userIds */
async function fetchPresence(userIds) {
  return (await connection.ask("presence", { user_ids: userIds.slice(0, 200) }))?.statuses;
}

/** @param {import("./live/all-conversations.js").KnownConversation} conversation */
function conversationChanged(conversation) {
  people.learn(...(conversation.members || []));
  sidebar.show(conversation, conversation.unreadState);
  views.showCount("threads", conversations.unreadThreads);
  views.showCount("mentions", conversations.unreadMentions);
  page.showTitle();
  page.conversation(conversation.id)?.viewChanged();
}

/** @param {ConversationSummary} conversation */
function conversationRemoved(conversation) {
  sidebar.remove(conversation.id);
  views.showCount("mentions", conversations.unreadMentions);
  page.showTitle();
  if (!page.conversation(conversation.id)) return;
  showError(_("You are no longer in %(name)s.", { name: fullNameOf(conversation, me.id) }));
  navigation.go("/app");
}

/** @param {ThreadState} state */
function threadNoticed(state) {
  conversations.threadChanged(state);
  page.thread.noticed(state);
  if (find(document, "main[data-threads]")) navigation.refresh();
}

/** @param {number} id */
async function addConversation(id) {
  conversations.adopt([await api.fetchConversation(id)], false);
  if (page.conversation(id)) page.applyMissed();
  presence.show(document);
}

function unreachable(isRetried = true) {
  const words = navigator.onLine ? _("The server is away.") : _("Cannot be opened while offline.");
  showError(isRetried ? `${words} ${_("It opens by itself later.")}` : words);
}

/** Something is reachable again: everything that waits for another attempt makes it now. */
function wake() {
  retrying.wake();
  outbox.wake();
  readMarkers.wake();
  drafts.wake();
}
