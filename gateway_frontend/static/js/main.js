/** The app: puts the parts together and decides nothing itself. */

import { draftKey, openConversation } from "./conversation/conversation.js";
import { call } from "./core/api.js";
import { askBeforeForms } from "./core/asking.js";
import { confirm } from "./core/confirm.js";
import { createNavigation } from "./core/navigate.js";
import { openStore } from "./core/store.js";
import { localizeTimes, rememberZone } from "./core/times.js";
import { createConnection } from "./live/connection.js";
import { createOutbox, FAILED, placeOf, SENT } from "./live/outbox.js";
import { postItem } from "./live/posting.js";
import { createPresence } from "./live/presence.js";
import { createSync } from "./live/sync.js";
import { createTyping } from "./live/typing.js";
import { titleWithCount } from "./live/unread.js";
import { createBanner } from "./shell/banner.js";
import { createConversations, fetchAll } from "./shell/conversations.js";
import { createJump } from "./shell/jump.js";
import { createMembers } from "./shell/members.js";
import { createPeople } from "./shell/people.js";
import { createPicker } from "./shell/picker.js";
import { createShortcuts } from "./shell/shortcuts.js";
import { createSidebar } from "./shell/sidebar.js";
import { fullNameOf } from "./shell/titles.js";

const AWAY_AFTER = 5 * 60 * 1000;
const {
  me,
  epoch,
  conversations: summaries,
} = JSON.parse(document.getElementById("page-data").textContent);
let open = null;
let missed = null; // how many messages have come since the connection was lost
let hurry = () => {};
const marks = new Map(); // read markers that the server has not taken yet
let isAway = false;
let awayTimer = null;

const banner = createBanner(document.querySelector(".net"));
const sidebar = createSidebar(document.querySelector(".side"), me);
const presence = createPresence({ ask: askWhoIsOnline });
const people = createPeople({
  fetchPeople: (ids) => call("GET", `/api/users?ids=${ids.join(",")}`),
});
const typing = createTyping({
  tell: (id) => connection.emit("typing", { conversation_id: id }),
  show: (id, userIds) => {
    if (open?.id === id) open.showTyping(userIds);
  },
});
const conversations = createConversations({
  me,
  epoch,
  pause,
  applied,
  fetchEvents,
  fetchSummary: (id) => call("GET", `/api/conversations/${id}`),
  changed: (conversation) => {
    people.learn(...(conversation.members || []));
    showUnread(conversation);
  },
  renewed: async (conversation) => {
    if (open?.id === conversation.id) await open.renew();
  },
  removed,
  appeared: addConversation,
});
const outbox = createOutbox({
  store: openStore(me.id),
  post: postItem,
  changed: itemChanged,
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
});
const sync = createSync({
  logs: conversations.logs,
  pause,
  ask: (cursors) => call("POST", "/api/sync", { cursors }),
  refresh: async () =>
    conversations.adopt(
      await fetchAll((query) => call("GET", `/api/conversations?brief=1&${query}`)),
    ),
});
const connection = createConnection({
  getTicket: () => call("GET", "/front/realtime-ticket"),
  on: heard,
  changed: connectionChanged,
});
const navigation = createNavigation({
  leaving: closeConversation,
  arrived: openPage,
  arrivedInParts,
  unreachable,
  pause,
});
askBeforeForms({ confirm, failed: banner.failed });
createMembers({ shown: presence.show, failed: banner.failed });
createShortcuts({ go: navigation.go });

createJump({
  me,
  conversations: conversations.list,
  fetchPeople: (q, limit) => call("GET", `/api/users?q=${encodeURIComponent(q)}&limit=${limit}`),
  shown: presence.show,
  go: navigation.go,
});
createPicker({ shown: presence.show });
conversations.adopt(summaries);
rememberZone();
for (const { id } of summaries)
  sidebar.showDraft(
    id,
    localStorage.getItem(draftKey(me.id, placeOf({ conversation_id: id }))) !== null,
  );
openPage();
outbox.load();
connection.start();
noteActivity();

function openPage() {
  const root = document.querySelector("main[data-conversation], main[data-recipient]");
  localizeTimes();
  sidebar.open(Number(root?.dataset.conversation));
  presence.show(document);
  showTitle();
  if (!root || root.dataset.partial) return;
  open = openConversation(root, {
    me,
    outbox,
    typing,
    people,
    readUpTo,
    isCatchingUp: () => missed !== null,
    unread: (id) => conversations.get(id)?.unreadState.count ?? 0,
    readHere: conversations.read,
    drafted: sidebar.showDraft,
    failed: banner.failed,
  });
  drawMissed();
}

/** Events may come while the server makes the page that they belong on: the page does not have them, the log does. */
function drawMissed() {
  if (open?.id) conversations.get(open.id)?.log.rewind(open.drawnSeq);
}

function arrivedInParts() {
  showTitle();
  presence.show(document);
  open?.refreshed();
}

function unreachable(isTriedAgain = true) {
  const words = navigator.onLine ? "The server is away." : "Cannot be opened while offline.";
  banner.failed(isTriedAgain ? `${words} It opens by itself later.` : words);
}

function closeConversation() {
  open?.close();
  open = null;
}

function heard(name, payload) {
  if (name === "event") conversations.receive(payload);
  else if (name === "notice") noticed(payload);
  else if (name === "typing" && payload.user_id !== me.id) typing.heard(payload);
  else if (name === "presence") presence.heard(payload);
  else if (name === "resync") catchUp();
}

async function askWhoIsOnline(userIds) {
  return (await connection.ask("presence", { user_ids: userIds.slice(0, 200) }))?.statuses;
}

function noticed({ type, data }) {
  if (type === "read") readElsewhere(data);
  else if (type === "conversation.added") addConversation(data.conversation_id ?? data.id);
  else if (type === "poll.mine" && open?.id === data.conversation_id) open.votedElsewhere(data);
  else if (type === "conversation.removed") conversations.remove(data.conversation_id);
}

function readElsewhere({ conversation_id: id, read_seq: seq }) {
  conversations.read(id, seq);
  if (open?.id === id) open.readElsewhere(seq);
}

async function addConversation(id) {
  conversations.adopt([await call("GET", `/api/conversations/${id}`)], false);
  if (open?.id === id) drawMissed();
  presence.show(document);
}

/** An event of any conversation, exactly once and in its turn. */
function applied(conversation, event) {
  const { type, data } = event;
  const isOthers = type === "message.created" && data.author_id !== me.id;
  if (isOthers && missed !== null) missed += 1;
  if (isOthers) typing.stopped(conversation.id, data.author_id);
  if (type === "message.created" && data.client_id) outbox.confirm(data.client_id);
  if (open?.id !== conversation.id) return;
  open.apply(event);
  if (/^(member|conversation)\./.test(type)) navigation.refresh();
}

function removed(conversation) {
  sidebar.remove(conversation.id);
  showTitle();
  if (open?.id !== conversation.id) return;
  banner.failed(`You are no longer in ${fullNameOf(conversation, me.id)}.`);
  navigation.go("/app");
}

function itemChanged(item, message) {
  const isHere =
    open &&
    (item.conversation_id
      ? open.id === item.conversation_id
      : open.place === `u${item.recipient_id}`);
  if (item.state === SENT && isHere && !open.id) navigation.go(`/app/c/${message.conversation_id}`);
  else if (item.state === SENT && isHere) open.upsert(message);
  else if (isHere) open.showItem(item);
  else if (item.state === FAILED) banner.failed(`A message was not sent: ${item.reason}`);
}

function connectionChanged(state, isBack) {
  if (state === "connecting") banner.connecting();
  if (state === "signed-out") banner.signedOut();
  if (state === "reconnecting") {
    cutOff(!navigator.onLine);
    presence.forget();
  }
  if (state !== "connected") return;
  presence.heard({ user_id: me.id, status: isAway ? "away" : "online" });
  presence.show(document);
  if (!isBack) {
    banner.connected();
    missed = null;
  }
  wake();
  catchUp(isBack);
}

/** From here on, whatever comes by whatever way, is counted until it is said. */
function cutOff(isOffline) {
  missed ??= 0;
  banner.reconnecting(isOffline);
}

async function catchUp(isBack = false) {
  await sync.run().catch(() => {});
  if (!isBack || missed === null) return;
  if (connection.state === "connected") banner.back(missed);
  missed = null;
}

/** The marker only grows, so a call that failed is simply made again once the server is back. */
async function readUpTo(id, seq) {
  marks.set(id, seq);
  try {
    await call("PUT", `/api/conversations/${id}/read`, { seq });
    if (marks.get(id) === seq) marks.delete(id);
  } catch (problem) {
    if (!problem.isPassing) marks.delete(id);
  }
}

/** A conversation that we may no longer read has no events for us. */
async function fetchEvents(id, after) {
  try {
    return await call("GET", `/api/conversations/${id}/events?after=${after}&limit=200`);
  } catch (problem) {
    if (problem.isPassing || problem.status === 401) throw problem;
    conversations.remove(id);
    return { events: [], last_seq: after, more: false };
  }
}

function showUnread(conversation) {
  sidebar.show(conversation, conversation.unreadState.count);
  showTitle();
  if (open?.id === conversation.id) open.looked();
}

function showTitle() {
  document.title = titleWithCount(document.title, conversations.unread);
}

function pause(failures) {
  const ms = Math.min(10_000, 300 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
  return new Promise((resolve) => {
    const earlier = hurry;
    hurry = () => {
      earlier();
      resolve();
    };
    setTimeout(resolve, ms);
  });
}

/** Something is reachable again: nobody waits out their pause. */
function wake() {
  hurry();
  hurry = () => {};
  outbox.wake();
  for (const [id, seq] of marks) readUpTo(id, seq);
}

/** Nobody has touched this tab for a while, or somebody has come back to it. */
function noteActivity() {
  if (isAway) connection.emit("presence", { status: "online" });
  isAway = false;
  clearTimeout(awayTimer);
  awayTimer = setTimeout(() => {
    isAway = true;
    connection.emit("presence", { status: "away" });
  }, AWAY_AFTER);
}

window.addEventListener("online", () => {
  connection.hurry();
  wake();
  open?.showUnsent();
});
window.addEventListener("offline", () => {
  if (connection.state !== "signed-out") cutOff(true);
  open?.showUnsent();
});
for (const moment of ["focus", "visibilitychange"]) {
  (moment === "focus" ? window : document).addEventListener(moment, () => open?.looked());
}
for (const sign of ["pointermove", "keydown"])
  document.addEventListener(sign, noteActivity, { passive: true });
