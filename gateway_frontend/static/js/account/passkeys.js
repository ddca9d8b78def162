/** Passkeys: logging in with one, and making one in the settings. */

import { call, Problem } from "../core/api.js";
import { all, find } from "../core/dom.js";
import { _ } from "../core/language.js";

/** @typedef {{id: string, type: "public-key", transports?: AuthenticatorTransport[]}} Descriptor */

if (window.PublicKeyCredential) {
  for (const form of all(document, "form[data-passkey]"))
    offer(/** @type {HTMLFormElement} */ (form));
  for (const note of all(document, "[data-without-passkeys]")) note.remove();
}

/** @param {HTMLFormElement} form */
function offer(form) {
  form.hidden = false;
  const button = /** @type {HTMLButtonElement} */ (find(form, "button"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    complain(form, "");
    try {
      const options = await call("POST", String(form.dataset.options));
      const credential = await (form.dataset.passkey === "get" ? get(options) : create(options));
      /** @type {HTMLInputElement} */ (form.elements.namedItem("credential")).value =
        JSON.stringify(credential);
      form.submit();
    } catch (error) {
      complain(form, wordsFor(error));
      button.disabled = false;
    }
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function complain(form, words) {
  const line = /** @type {HTMLElement} */ (find(form, "[role=alert]"));
  line.textContent = words;
  line.hidden = !words;
}

/** @param {unknown} error */
function wordsFor(error) {
  if (error instanceof Problem)
    return error.code === "confirmation-needed"
      ? _("Load the page again, and enter your password first.")
      : error.message;
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return _("This device has a passkey for your account already.");
  if (name === "NotAllowedError")
    return _("The passkey was not used: it was cancelled, took too long, or there is none.");
  return _("This device could not use a passkey.");
}

/** @param {any} options */
async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  const credential = /** @type {PublicKeyCredential} */ (made);
  const response = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
  return shown(credential, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

/** @param {any} options */
async function get(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  const credential = /** @type {PublicKeyCredential} */ (found);
  const response = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
  return shown(credential, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle && text(response.userHandle),
  });
}

/**
 * @param {PublicKeyCredential} credential
 * @param {object} response
 */
function shown(credential, response) {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

/** @param {Descriptor[]} [given] */
function descriptors(given = []) {
  return given.map((each) => ({ ...each, id: bytes(each.id) }));
}

/** @param {string} base64url */
function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
