/** What a conversation and a thread have in common: messages, what can be done with them, and the box to write in. */

import { call } from "../core/api.js";
import { actionOf, closest, one } from "../core/dom.js";
import { localizeTimes } from "../core/times.js";
import { watchBrokenFiles } from "../files/message-files.js";
import { openPicturesHere } from "../files/picture-links.js";
import { createTray } from "../files/tray.js";
import { placeOf } from "../live/outbox.js";
import { createReacting } from "../reactions/reacting.js";
import { createAnnouncements } from "./announcements.js";
import { createComposer } from "./composer.js";
import { messageActions } from "./message-actions.js";
import { createMessageText } from "./message-text.js";
import { createMessageTools } from "./message-tools.js";
import { createSending } from "./sending.js";
import { createTimeline } from "./timeline.js";

/** @typedef {ReturnType<typeof createMessagePlace>} MessagePlace */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root the element of the conversation or the thread
 * @param {Reader} parts.me
 * @param {import("./open-conversation.js").AppParts} parts.app
 * @param {Target} parts.target where its messages go
 * @param {import("./paging.js").Load} parts.load
 * @param {import("./completion.js").Trigger[]} parts.triggers of the completion
 * @param {() => void} parts.viewChanged is called when other messages may be in view
 * @param {(message: Message) => void} [parts.upsert] shows a changed message, if the timeline does not show all of them
 * @param {(parts: {longest: number, show: (text: string) => void}) => import("./composer.js").Draft} parts.openDraft
 * @param {(text: string) => unknown} parts.send
 * @param {(text: string) => void} [parts.typed] is called with each change of the text
 */
export function createMessagePlace({
  root,
  me,
  app,
  target,
  load,
  triggers,
  viewChanged,
  upsert,
  openDraft,
  send,
  typed = () => {},
}) {
  const { outbox, showError } = app;
  const log = one(root, ".log");
  const status = one(root, "[data-arrivals]");

  localizeTimes(root);
  const timeline = createTimeline({
    root,
    me,
    load,
    fetchMessage: (messageId) => call("GET", `/api/messages/${messageId}`),
    viewChanged,
    announcements: createAnnouncements({ log, status, isCounted: app.isCatchingUp }),
  });
  const tray = createTray({ root, showError });
  const composer = createComposer({
    form: one(root, "form.box", HTMLFormElement),
    openDraft,
    send,
    sendAsFile: tray.add,
    showError,
    scrollLog: (pages) => log.scrollBy({ top: pages * 0.85 * log.clientHeight }),
    mayBeEmpty: () => !tray.isEmpty,
    holds: tray.holds,
    triggers,
    typed,
    editLast,
  });
  const sending = createSending({
    root,
    target,
    outbox,
    timeline,
    tray,
    readText: composer.read,
    restoreText: composer.restore,
    showError,
  });
  const reacting = createReacting({
    log,
    me,
    names: app.people.names,
    keepPlace: timeline.viewport.keepPlace,
    showError,
  });
  const tools = createMessageTools({
    log,
    showError,
    actions: {
      ...reacting.actions,
      ...messageActions({
        me,
        root,
        app,
        triggers,
        timeline,
        upsert: upsert ?? timeline.upsert,
        composer,
      }),
    },
  });
  createMessageText({
    log,
    say(words) {
      status.textContent = words;
    },
    showError,
  });
  openPicturesHere(log);
  watchBrokenFiles(log);
  log.addEventListener("click", clicked);

  function editLast() {
    if (!timeline.lastOwn()) return false;
    timeline
      .showNewest()
      .then(() => {
        const message = timeline.lastOwn();
        if (message) tools.act("edit", message, composer);
      })
      .catch((problem) => showError(problem.message));
    return true;
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const { id = "", client = "" } = closest(event.target, ".message")?.dataset ?? {};
    const action = actionOf(event);
    if (action === "retry") outbox.retry(client);
    if (action === "discard") sending.giveUp(client);
    if (action === "show-history") showHistory(id);
  }

  /** @param {string} messageId */
  async function showHistory(messageId) {
    try {
      const { openHistoryDialog } = await import("../keeping/history-dialog.js");
      await openHistoryDialog(messageId);
    } catch (problem) {
      showError(problem.message);
    }
  }

  function showUnsent() {
    for (const item of outbox.itemsOf(placeOf(target))) timeline.showItem(item);
  }

  return {
    place: placeOf(target),
    log,
    timeline,
    composer,
    sending,
    reacting,
    showUnsent,
    /**
     * All parts are there: show what waits in the outbox, and the linked message or the composer.
     *
     * @param {Record<string, import("./message-tools.js").MessageAction>} [actions] more that can be done with messages
     */
    start(actions = {}) {
      tools.add(actions);
      showUnsent();
      if (root.dataset.at)
        timeline.showLinked(Number(root.dataset.at)).catch(({ message }) => showError(message));
      else if (matchMedia("(hover: hover) and (min-width: 721px)").matches) composer.focus();
    },
    close() {
      composer.close();
      reacting.close();
      timeline.close();
      tray.close();
    },
  };
}
