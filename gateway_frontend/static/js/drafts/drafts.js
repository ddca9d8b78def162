/** Drafts: saved on the server after a pause in typing, kept in the browser until then, shown when another device writes. */

import { placeOf } from "../live/outbox.js";
import { draftKey, readCopy, reconcile, writeCopy } from "./draft-copy.js";

const PAUSE = 800;

/**
 * @typedef {object} Entry one person's draft of a conversation or thread, as this tab knows it
 * @property {string} key
 * @property {number | null} conversationId null: there is none yet, and the browser alone keeps the draft
 * @property {number | null} replyTo
 * @property {string} text
 * @property {boolean} isSaved
 * @property {string | null} savedAt
 * @property {boolean} isSaving
 * @property {number | undefined} timer
 * @property {number} longest characters that the server accepts
 * @property {((text: string) => void) | null} show changes the text in the composer, while one is open
 */

/**
 * @param {object} parts
 * @param {number} parts.userId
 * @param {(id: number, draft: {content: string, reply_to: number | null}, keepalive: boolean) => Promise<SavedDraft | null>} parts.put
 *   throws a Problem
 * @param {(id: number) => Promise<SavedDraft[]>} parts.get all of a conversation and its threads; throws a Problem
 * @param {(id: number, hasDraft: boolean) => void} parts.marked is called for conversations, not for threads
 * @param {Later} [parts.later]
 */
export function createDrafts({ userId, put, get, marked, later = setTimeout }) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();

  /**
   * The draft of a composer; `saved` is the server's, undefined when it is not known yet.
   *
   * @param {object} parts
   * @param {Target} parts.target
   * @param {number | null} [parts.replyTo]
   * @param {SavedDraft | null} [parts.saved]
   * @param {number} parts.longest
   * @param {(text: string) => void} parts.show
   */
  function open({ target, replyTo = null, saved, longest, show }) {
    const key = draftKey(userId, placeOf(target), replyTo);
    const copy = readCopy(key);
    const begun = saved === undefined && copy ? copyAlone(copy) : reconcile(copy, saved ?? null);
    /** @type {Entry} */
    const entry = entries.get(key) ?? {
      key,
      conversationId: target.conversation_id ?? null,
      replyTo,
      savedAt: null,
      isSaving: false,
      timer: undefined,
      ...begun,
      longest,
      show,
    };
    entries.set(key, entry);
    Object.assign(entry, begun, { longest, show });
    if (saved) entry.savedAt = saved.updated_at;
    keep(entry);
    if (!entry.isSaved) schedule(entry);
    if (saved === undefined) refresh(entry);
    return {
      text: entry.text,
      /** @param {string} text */
      changed(text) {
        write(entry, text);
        schedule(entry);
      },
      /** The text has become a message, or part of one. */
      sent() {
        write(entry, "");
        save(entry);
      },
      close() {
        entry.show = null;
        save(entry);
      },
    };
  }

  /**
   * @param {Entry} entry
   * @param {string} text
   */
  function write(entry, text) {
    Object.assign(entry, { text, isSaved: false });
    keep(entry);
  }

  /** @param {Entry} entry */
  function keep(entry) {
    const { key, text, savedAt, isSaved, conversationId, replyTo } = entry;
    writeCopy(key, {
      content: text,
      base: savedAt,
      isSaved: isSaved || (!text && !conversationId),
    });
    if (conversationId && !replyTo) marked(conversationId, Boolean(text));
  }

  /** @param {Entry} entry */
  function schedule(entry) {
    clearTimeout(entry.timer);
    entry.timer = later(() => save(entry), PAUSE);
  }

  /**
   * One call at a time for each draft, so that the last one that arrives is the newest text.
   *
   * @param {Entry} entry
   */
  async function save(entry, { keepalive = false } = {}) {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    const { conversationId, replyTo, text, longest } = entry;
    if (!conversationId || entry.isSaved || (entry.isSaving && !keepalive)) return;
    if (text.length > longest && Array.from(text).length > longest) return;
    entry.isSaving = true;
    const saved = await put(conversationId, { content: text, reply_to: replyTo }, keepalive)
      .then((draft) => ({ draft }))
      .catch(() => null); // the copy in this browser stays; the next change or wake() tries again
    entry.isSaving = false;
    if (!saved) return;
    entry.savedAt = saved.draft?.updated_at ?? entry.savedAt;
    entry.isSaved = entry.text === text;
    keep(entry);
    if (!entry.isSaved && !entry.timer) save(entry);
  }

  /**
   * Another tab or device wrote this draft, or this tab did and hears of it. What is being written here stays: it will
   * be saved, and the last one to write wins.
   *
   * @param {SavedDraft} draft
   */
  function receive({ conversation_id: id, reply_to: replyTo, content, updated_at: date }) {
    const key = draftKey(userId, placeOf({ conversation_id: id }), replyTo);
    const entry = entries.get(key);
    if (!entry) {
      if (!replyTo) marked(id, Boolean(content));
      return;
    }
    if (!entry.isSaved || (entry.savedAt && date <= entry.savedAt)) return;
    entry.savedAt = date;
    if (entry.text !== content) entry.show?.(content);
    entry.text = content;
    keep(entry);
  }

  /** @param {Entry} entry */
  async function refresh(entry) {
    const { conversationId, replyTo } = entry;
    if (!conversationId || !entry.isSaved) return;
    const { savedAt } = entry;
    const found = await get(conversationId).catch(() => null);
    if (!found || !entry.isSaved || entry.savedAt !== savedAt) return;
    const draft = found.find((each) => each.reply_to === replyTo);
    if (draft) receive(draft);
    else if (entry.text && entry.show) {
      entry.show("");
      entry.text = "";
      keep(entry);
    }
  }

  return {
    open,
    receive,
    /**
     * Whether this browser has text for a conversation that the server does not have.
     *
     * @param {number} id
     */
    isUnsaved(id) {
      const copy = readCopy(draftKey(userId, placeOf({ conversation_id: id })));
      return Boolean(copy?.content && !copy.isSaved);
    },
    /** The page is being left. */
    flush() {
      for (const entry of entries.values()) if (entry.timer) save(entry, { keepalive: true });
    },
    /** Something is reachable again. */
    wake() {
      for (const entry of entries.values()) save(entry);
    },
    /**
     * Notices may have been missed: read the drafts of the open composers again.
     *
     * @param {Set<number>} withDraft the conversations that have one
     */
    catchUp(withDraft) {
      for (const entry of entries.values()) {
        const mayDiffer = entry.replyTo || entry.text || withDraft.has(entry.conversationId ?? 0);
        if (entry.show && mayDiffer) refresh(entry);
      }
    },
  };
}

/** @param {import("./draft-copy.js").DraftCopy} copy */
function copyAlone({ content, isSaved }) {
  return { text: content, isSaved };
}
