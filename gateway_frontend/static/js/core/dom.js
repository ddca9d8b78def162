/** Elements by selector, and new ones from the `<template>`s of the page. */

/** @typedef {string | number | Record<string, unknown>} Field text, or properties to set */

/**
 * The first element in `root` that matches; an error if there is none.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T}
 */
export function one(root, selector, type) {
  const found = find(root, selector, type);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}

/**
 * The first element in `root` that matches, or null.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T | null}
 */
export function find(root, selector, type) {
  return checked(root.querySelector(selector), type);
}

/**
 * All elements in `root` that match, in the order of the page.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [_type]
 * @returns {T[]}
 */
export function all(root, selector, _type) {
  return /** @type {any} */ (Array.from(root.querySelectorAll(selector)));
}

/**
 * The element that an event happened on, or the nearest one around it, that matches; or null.
 *
 * @template {Element} [T=HTMLElement]
 * @param {EventTarget | null} target
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T | null}
 */
export function closest(target, selector, type) {
  return target instanceof Element ? checked(target.closest(selector), type) : null;
}

/**
 * The action of the pressed button or link, from its `data-action`.
 *
 * @param {Event} event
 */
export function actionOf(event) {
  return closest(event.target, "[data-action]")?.dataset.action;
}

/**
 * Whether a click asks for no new tab or window.
 *
 * @param {MouseEvent} event
 */
export function isPlainClick(event) {
  return !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

/**
 * A new element from the page's `<template>` with this id, filled with `fields`.
 *
 * @template {keyof Templates} Id
 * @param {Id} templateId
 * @param {Record<string, Field>} [fields]
 * @returns {Templates[Id]}
 */
export function draw(templateId, fields = {}) {
  const template = one(document, `#${templateId}`, HTMLTemplateElement);
  const element = /** @type {any} */ (template.content.firstElementChild?.cloneNode(true));
  fill(element, fields);
  return element;
}

/**
 * Fill parts of an element: `fill(message, { ".name": "Bob", time: { dateTime, title } })`.
 * `:scope` is the element itself; a text becomes the text of a part, an object its properties.
 *
 * @param {HTMLElement} element
 * @param {Record<string, Field>} fields
 */
export function fill(element, fields) {
  for (const [selector, field] of Object.entries(fields)) {
    const part = selector === ":scope" ? element : one(element, selector);
    if (typeof field === "object") setProperties(part, field);
    else part.textContent = String(field);
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, unknown>} properties
 */
function setProperties(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
}

/**
 * @template {Element} T
 * @param {Element | null} element
 * @param {new () => T} [type]
 * @returns {T | null}
 */
function checked(element, type) {
  if (element && type && !(element instanceof type))
    throw new TypeError(`This is a ${element.tagName}, not a ${type.name}.`);
  return /** @type {T | null} */ (element);
}
