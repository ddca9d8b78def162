/** The emoji picker: recent emoji first, then all by kind, a search, and skin tones. */

import { all, closest, draw, fill, find, one } from "../core/dom.js";
import { _, pgettext } from "../core/language.js";
import { loadEmoji } from "./emoji-data.js";
import { createEmojiGrid } from "./emoji-grid.js";
import { inMyTone, likelyEmoji, rememberTone, skinTone, usedEmoji } from "./emoji-habits.js";
import { searchEmoji } from "./emoji-search.js";

/** @typedef {import("./emoji-data.js").Emoji} Emoji */

const GAP = 6;
const MOST_FOUND = 120;
const TONES = [
  pgettext("skin tone", "None"),
  pgettext("skin tone", "Light"),
  pgettext("skin tone", "Medium light"),
  pgettext("skin tone", "Medium"),
  pgettext("skin tone", "Medium dark"),
  pgettext("skin tone", "Dark"),
];
const HAND = "👋";
/** Unicode's groups by number; 2 are parts of emoji. */
const GROUPS = [
  { group: 0, name: _("Smileys"), sign: "😀" },
  { group: 1, name: _("People"), sign: "👋" },
  { group: 3, name: _("Animals and nature"), sign: "🌱" },
  { group: 4, name: _("Food and drink"), sign: "🍎" },
  { group: 5, name: _("Travel and places"), sign: "🚲" },
  { group: 6, name: _("Activities"), sign: "⚽" },
  { group: 7, name: _("Objects"), sign: "💡" },
  { group: 8, name: _("Symbols"), sign: "❤️" },
  { group: 9, name: _("Flags"), sign: "🏁" },
];

/** Rejects if the emoji cannot be loaded. */
export async function makePicker() {
  const emoji = await loadEmoji();
  return {
    /**
     * @param {HTMLElement} anchor
     * @returns {Promise<string | null>}
     */
    open: (anchor) => new Promise((resolve) => openPicker(anchor, emoji, resolve)),
  };
}

/**
 * @param {HTMLElement} anchor
 * @param {Emoji[]} emoji
 * @param {(choice: string | null) => void} done
 */
function openPicker(anchor, emoji, done) {
  const picker = draw("emoji-picker-template");
  const input = one(picker, "input", HTMLInputElement);
  const found = one(picker, ".found");
  const byText = new Map(emoji.map((one) => [one.text, one]));
  for (const one of emoji) for (const toned of one.tones) byText.set(toned, one);
  const grid = createEmojiGrid({ picker, input });
  /** @type {string | null} */
  let choice = null;

  function showAll() {
    const used = usedEmoji().filter((text) => byText.has(text));
    found.replaceChildren(
      ...(used.length ? [drawGroup(_("Recently used"), used.map(drawButton))] : []),
      ...GROUPS.map(({ group, name }) =>
        drawGroup(name, emoji.filter((one) => one.group === group).map(drawInMyTone)),
      ),
    );
    found.scrollTop = 0;
    say("");
    grid.changed();
  }

  function search() {
    if (!input.value.trim()) return showAll();
    const results = searchEmoji(emoji, input.value, likelyEmoji()).slice(0, MOST_FOUND);
    found.replaceChildren(drawGroup(_("Found"), results.map(drawInMyTone)));
    say(results.length ? "" : _("No emoji is called “%(name)s”.", { name: input.value.trim() }));
    return grid.changed();
  }

  /** @param {string} words */
  function say(words) {
    fill(picker, { "[role=status]": { textContent: words, hidden: !words } });
  }

  /** @param {Emoji} one */
  function drawInMyTone(one) {
    return drawButton(inMyTone(one));
  }

  /** @param {string} text */
  function drawButton(text) {
    const known = byText.get(text);
    const title = `${known?.label ?? text}, :${known?.names[0]}:`;
    return draw("emoji-button-template", {
      ":scope": { textContent: text, title, "aria-label": known?.label, dataset: { emoji: text } },
    });
  }

  function drawTones() {
    const hand = byText.get(HAND);
    const buttons = TONES.map((name, tone) =>
      draw("emoji-button-template", {
        ":scope": {
          textContent: hand ? inMyTone(hand, tone) : name,
          title: name,
          tabIndex: 0,
          "aria-label": name,
          "aria-pressed": tone === skinTone(),
          dataset: { tone },
        },
      }),
    );
    one(picker, ".tones").replaceChildren(...buttons);
  }

  /** @param {string} tone */
  function chooseTone(tone) {
    rememberTone(Number(tone));
    drawTones();
    search();
    find(picker, `[data-tone="${tone}"]`)?.focus();
  }

  /** @param {string} group */
  function jumpTo(group) {
    if (input.value) {
      input.value = "";
      showAll();
    }
    const sections = all(found, "section");
    const index = GROUPS.findIndex((one) => String(one.group) === group);
    const section = sections[index + sections.length - GROUPS.length]; // after what was used
    section?.scrollIntoView({ block: "start" });
    find(section ?? found, "button")?.focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const { emoji: chosen, tone, group } = closest(event.target, "button")?.dataset ?? {};
    if (tone) chooseTone(tone);
    else if (group) jumpTo(group);
    else if (chosen) {
      choice = chosen;
      picker.hidePopover();
    }
  }

  one(picker, ".groups").replaceChildren(...GROUPS.map(drawGroupButton));
  drawTones();
  input.addEventListener("input", search);
  picker.addEventListener("click", clicked);
  picker.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    picker.remove();
    done(choice);
  });
  // Beside a modal dialog it would be out of reach.
  (closest(anchor, "dialog") ?? document.body).append(picker);
  picker.showPopover();
  showAll();
  placeBeside(picker, anchor);
  // A touch keyboard would cover what one came to see.
  if (matchMedia("(pointer: coarse)").matches) find(found, "button")?.focus();
  else input.focus();
}

/**
 * @param {string} name
 * @param {HTMLElement[]} buttons
 */
function drawGroup(name, buttons) {
  const section = draw("emoji-group-template", { h3: name });
  section.setAttribute("aria-label", name);
  one(section, ".emoji-grid").append(...buttons);
  return section;
}

/** @param {{group: number, name: string, sign: string}} group */
function drawGroupButton({ group, name, sign }) {
  return draw("emoji-button-template", {
    ":scope": {
      textContent: sign,
      title: name,
      tabIndex: 0,
      "aria-label": name,
      dataset: { group },
    },
  });
}

/**
 * Above or below the anchor, where there is more room; a style sheet puts it to the lower edge of a phone.
 *
 * @param {HTMLElement} picker
 * @param {HTMLElement} anchor
 */
function placeBeside(picker, anchor) {
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const isAbove = top > innerHeight - bottom;
  const wished = isAbove ? top - picker.offsetHeight - GAP : bottom + GAP;
  const lowest = innerHeight - picker.offsetHeight - GAP;
  picker.style.top = `${Math.max(GAP, Math.min(wished, lowest))}px`;
  const fitsRight = left + picker.offsetWidth + GAP < innerWidth;
  picker.style.left = `${fitsRight ? left : Math.max(GAP, right - picker.offsetWidth)}px`;
}
