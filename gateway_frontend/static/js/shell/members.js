/** The list of members in the panel: found by name as one types, more of them as one asks. */

const REST = 200; // ms without a key before members are searched

/** `shown(element)` is called with what was added; `failed(words)` shows an error. */
export function createMembers({ shown, failed }) {
  let timer = null;
  let turn = 0;

  function typed(event) {
    const form = event.target.closest(".panel form.find");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => find(form).catch(away), REST);
  }

  async function find(form) {
    turn += 1;
    const current = turn;
    const found = await fetchMembers(
      `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`,
    );
    if (current === turn && form.isConnected)
      form.parentElement.querySelector(".members").replaceWith(found);
    shown(document);
  }

  async function addMore(link) {
    const list = link.closest(".members").querySelector(".people");
    const found = await fetchMembers(link.getAttribute("href"));
    const added = Array.from(found.querySelectorAll(".people > li"));
    list.append(...added);
    link.parentElement.replaceWith(...found.querySelectorAll(":scope > p"));
    added[0]?.setAttribute("tabindex", "-1");
    added[0]?.focus({ preventScroll: true });
    shown(document);
  }

  async function fetchMembers(url) {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return document.adoptNode(page.querySelector(".panel .members"));
  }

  function away() {
    failed("Members cannot be loaded just now. Try again in a moment.");
  }

  function clicked(event) {
    const link = event.target.closest?.("[data-action=more-members]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    addMore(link).catch(away);
  }

  function submitted(event) {
    if (!event.target.matches(".panel form.find")) return;
    event.preventDefault();
    clearTimeout(timer);
    find(event.target).catch(away);
  }

  document.addEventListener("input", typed);
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("submit", submitted, { capture: true });
}
