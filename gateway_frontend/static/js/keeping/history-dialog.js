/** The dialog with the versions of an edited message, the latest first, and what each one changed. */

import { call } from "../core/api.js";
import { draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { exactTime, moment } from "../core/times.js";
import { changesBetween } from "./text-changes.js";

const TAGS = { added: "ins", removed: "del" };

/** @param {string} messageId */
export async function openHistoryDialog(messageId) {
  const path = `/api/messages/${messageId}`;
  /** @type {[Message, {content: string, date: string}[]]} */
  const [message, earlier] = await Promise.all([call("GET", path), call("GET", `${path}/history`)]);
  const versions = [
    ...earlier,
    { content: message.content, date: message.edited_at ?? message.date },
  ];
  const dialog = draw("history-template");
  const drawn = versions.map(({ content, date }, index) =>
    drawVersion(content, date, versions[index - 1]?.content, index === versions.length - 1),
  );
  one(dialog, "ol").append(...drawn.reverse());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @param {string} content
 * @param {string} date
 * @param {string | undefined} before the content of the version before it
 * @param {boolean} isLatest
 */
function drawVersion(content, date, before, isLatest) {
  const element = draw("version-template", {
    span: isLatest ? _("Now") : before === undefined ? _("First version") : _("Earlier"),
  });
  const when = new Date(date);
  fill(element, { time: { dateTime: date, textContent: moment(when), title: exactTime(when) } });
  const parts = changesBetween(before ?? content, content).map(({ kind, text }) => {
    if (kind === "same") return text;
    const part = document.createElement(TAGS[kind]);
    part.textContent = text;
    return part;
  });
  one(element, ".version-text").append(...parts);
  return element;
}
