/**
 * Texts, numbers and names of days in the language of the page.
 *
 *   _("Hello %(name)s", { name })
 *   ngettext("One file", "%(num)s files", count)
 *
 * A page in another language than English loads its catalog before the modules; see Languages in
 * CONTRIBUTING.md.
 */

/** @type {{plural: (num: number) => number, texts: Record<string, string | string[]>}} */
const catalog = /** @type {any} */ (globalThis).parleyCatalog ?? { texts: {} };

/** The tag of the page's language, such as `de`. */
export const language = document.documentElement.lang || "en";

/**
 * The text in the page's language; `%(name)s` becomes the value `name`.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
export function _(text, values = {}) {
  return filled(String(catalog.texts[text] ?? text), values);
}

/**
 * The text for that number, which is `%(num)s` in it.
 *
 * @param {string} singular
 * @param {string} plural
 * @param {number} num
 * @param {Record<string, unknown>} [values]
 */
export function ngettext(singular, plural, num, values = {}) {
  const forms = catalog.texts[singular];
  const english = num === 1 ? singular : plural;
  const text = Array.isArray(forms) ? forms[catalog.plural(num)] : english;
  return filled(text, { num: formatNumber(num), ...values });
}

/**
 * `12,345`
 *
 * @param {number} num
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatNumber(num, options) {
  return num.toLocaleString(language, options);
}

/**
 * A text that is translated differently in other contexts.
 *
 * @param {string} context
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
export function pgettext(context, text, values = {}) {
  return filled(String(catalog.texts[`${context}\u0004${text}`] ?? text), values);
}

/**
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
function filled(text, values) {
  return text.replace(/%\((\w+)\)s|%%/g, (_found, name) => (name ? String(values[name]) : "%"));
}
