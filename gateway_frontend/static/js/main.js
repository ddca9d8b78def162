/** The app: creates its parts and connects them. */

import { call } from "./core/api.js";
import { confirm } from "./core/confirm.js";
import { find, one } from "./core/dom.js";
import { guardForms } from "./core/form-guard.js";
import { forgetPages } from "./core/kept-caches.js";
import { _ } from "./core/language.js";
import { createNavigation } from "./core/navigation.js";
import { openStore } from "./core/store.js";
import { rememberZone } from "./core/times.js";
import { createDrafts } from "./drafts/drafts.js";
import { createActivity } from "./live/activity.js";
import { createConversations, fetchAll } from "./live/all-conversations.js";
import { createConnection } from "./live/connection.js";
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
import { createProfiles } from "./people/profiles.js";
import { createStatuses } from "./people/statuses.js";
import { offerRemovingPreviews } from "./previews/link-previews.js";
import { createBanner } from "./shell/banner.js";
import { createJump } from "./shell/jump.js";
import { createMembers } from "./shell/members.js";
import { createMenus } from "./shell/menus.js";
import { createPage } from "./shell/page.js";
import { createPicker } from "./shell/picker.js";
import { createShortcuts } from "./shell/shortcuts.js";
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
const people = createPeople({
  fetchPeople: (ids) => call("GET", `/api/users?ids=${ids.join(",")}`),
});
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
  fetchEvents,
  fetchSummary: (id) => call("GET", `/api/conversations/${id}`),
  applied: (conversation, event) => incoming.applied(conversation, event),
  changed: conversationChanged,
  renewed: async ({ id }) => page.conversation(id)?.renew(),
  removed: conversationRemoved,
  appeared: addConversation,
});
const outbox = createOutbox({
  store: openStore(me.id),
  post: createPosting((name, payload) => connection.ask(name, payload)),
  changed: (item, message) => page.itemChanged(item, message),
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
});
const readMarkers = createReadMarkers({
  put: (id, seq) => call("PUT", `/api/conversations/${id}/read`, { seq }),
});
const drafts = createDrafts({
  userId: me.id,
  put: (id, draft, keepalive) =>
    call("PUT", `/api/conversations/${id}/draft`, draft, { keepalive }),
  get: (id) => call("GET", `/api/drafts?conversation_id=${id}`),
  marked: sidebar.showDraft,
});
const sync = createSync({
  logs: conversations.logs,
  pause,
  ask: async (cursors) => {
    const resumed = await connection.ask("resume", { cursors });
    return resumed?.ok ? resumed : call("POST", "/api/sync", { cursors });
  },
  refresh: async () => {
    const found = await fetchAll((query) => call("GET", `/api/conversations?brief=1&${query}`));
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
    showSeen();
  },
  refreshed: () => page.refreshed(),
  unreachable,
  adapt: (url, signal) => page.thread.adapt(url, signal),
  pause,
});
/** @type {import("./shell/jump.js").JumpParts} */
const places = {
  me,
  conversations: conversations.list,
  fetchPeople: (q, limit) => call("GET", `/api/users?q=${encodeURIComponent(q)}&limit=${limit}`),
  fetchRooms: (q, limit) =>
    call("GET", `/api/conversations?browse=1&brief=1&q=${encodeURIComponent(q)}&limit=${limit}`),
  fetchMessages: (q, limit, signal) =>
    call("GET", `/api/search?${new URLSearchParams({ q, limit: String(limit) })}`, undefined, {
      signal,
    }),
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
  getTicket: () => call("GET", "/front/realtime-ticket"),
  receive: incoming.receive,
  changed(state, isBack) {
    session.connectionChanged(state, isBack);
    if (state === "signed-out") forgetPages().catch(() => {});
  },
});
const activity = createActivity({ changed: sendPresence });

guardForms({ confirm, showError });
createMembers({ shown: presence.show, showError });
offerRemovingPreviews({ showError });
createProfiles({
  card: { shown: presence.show, confirm, blocked: blocks.receive, showError },
  showError,
});
createPicker({ shown: presence.show });
const jump = createJump(places);
one(document, "form.read-all").addEventListener("submit", (event) => {
  event.preventDefault();
  marks.readAll();
});
createMenus();
createShortcuts({
  go: navigation.go,
  find: jump.toggle,
  readHere: () => page.current()?.markRead(),
  readAll: marks.readAll,
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
await nextTask(); // what waits, such as a key, comes first
const opened = page.opened();
await nextTask();
outbox.load();
connection.start();
await opened;
document.documentElement.classList.add("live");
registerWorker();

function nextTask() {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

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

/**
 * A conversation that we may no longer read has no events for us.
 *
 * @param {number} id
 * @param {number} after
 */
async function fetchEvents(id, after) {
  try {
    return await call("GET", `/api/conversations/${id}/events?after=${after}&limit=200`);
  } catch (problem) {
    if (problem.isPassing || problem.status === 401) throw problem;
    conversations.remove(id);
    return { events: [], last_seq: after, more: false };
  }
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
  conversations.adopt([await call("GET", `/api/conversations/${id}`)], false);
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
