/** The open conversation: its log on the page, the box to write in, editing, and the read marker. */

import { makeUuid } from "./ids.js";
import { call } from "./api.js";
import { confirm } from "./confirm.js";
import { createComposer } from "./composer.js";
import { createEditing } from "./editing.js";
import { createTimeline } from "./timeline.js";
import { localizeTimes } from "./times.js";
import { placeOf } from "./outbox.js";
import { typingWords } from "./typing.js";

const READ_DELAY = 250;

/** Bring the `<main>` of a conversation to life; → what main.js tells it of. */
export function openConversation(root, { me, outbox, typing, people, readHere, readUpTo, failed }) {
  const id = Number(root.dataset.conversation) || null;
  const target = id ? { conversation_id: id } : { recipient_id: Number(root.dataset.recipient) };
  const typingLine = root.querySelector(".typing");
  let readSeq = Number(root.dataset.readSeq) || 0;
  let readTimer = null;

  localizeTimes(root);
  const timeline = createTimeline({
    root, me, looked,
    loadOlder: (before) => call("GET", `/api/conversations/${id}/messages?before=${before}&limit=50`),
  });
  const composer = createComposer({
    form: root.querySelector("form.box"),
    draftKey: `parley-draft-${me.id}-${placeOf(target)}`,
    send,
    typed: (text) => { if (id) (text ? typing.typed : typing.rested)(id); },
    editLast(event) {
      const last = timeline.lastOwn();
      if (!last) return;
      event.preventDefault();
      editing.edit(last);
    },
  });
  const editing = createEditing({
    root, me, confirm, failed,
    fetchMessage: (messageId) => call("GET", `/api/messages/${messageId}`),
    save: async (messageId, content) => timeline.upsert(await call("PATCH", `/api/messages/${messageId}`, { content })),
    remove: (messageId) => call("DELETE", `/api/messages/${messageId}`),
  });

  function send(text) {
    if (id) typing.rested(id);
    outbox.add({ ...target, client_id: makeUuid(), content: text, written: Date.now() });
    timeline.scrollToEnd();
  }

  /** An event of this conversation, in its turn. */
  function apply({ type, data }) {
    if (!type.startsWith("message.")) return;
    people.learn(data.author);
    if (type === "message.created" && data.author_id !== me.id && !isLookedAt()) markNew();
    timeline.upsert(data);
  }

  /** Nobody looks: what comes from here on stands below the "new" line. */
  function markNew() {
    if (timeline.lastSeq <= readSeq || !root.querySelector(".new")) timeline.markNewAfter(timeline.lastSeq);
  }

  /** What is looked at is read here at once; the server hears of a burst in one call. */
  function looked() {
    const seq = timeline.lastSeq;
    if (!id || seq <= readSeq || !isLookedAt()) return;
    readSeq = seq;
    readHere(id, seq);
    clearTimeout(readTimer);
    readTimer = setTimeout(() => readUpTo(id, readSeq), READ_DELAY);
  }

  function isLookedAt() {
    return document.visibilityState === "visible" && document.hasFocus() && timeline.isAtEnd();
  }

  async function showTyping(userIds) {
    const names = await people.names(userIds.filter((userId) => userId !== me.id));
    typingLine.textContent = typingWords(names.map((name) => name.split(" ")[0]));
  }

  function clicked(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    const clientId = event.target.closest(".message")?.dataset.client;
    if (action === "retry") outbox.retry(clientId);
    if (action === "discard") giveUp(clientId);
  }

  async function giveUp(clientId) {
    const item = await outbox.discard(clientId);
    if (!item) return;
    timeline.removeItem(clientId);
    composer.restore(item.content);
  }

  root.querySelector(".log").addEventListener("click", clicked);
  for (const item of outbox.itemsOf(placeOf(target))) timeline.showItem(item);
  looked();
  if (matchMedia("(hover: hover) and (min-width: 721px)").matches) composer.focus();

  return {
    id,
    place: placeOf(target),
    apply, showTyping, looked,
    showItem: timeline.showItem,
    upsert: timeline.upsert,
    /** The log began anew on the server. */
    async renew() { timeline.replaceAll(await call("GET", `/api/conversations/${id}/messages?limit=50`)); },
    close() { timeline.close(); },
  };
}
