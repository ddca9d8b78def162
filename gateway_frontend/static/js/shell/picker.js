/** Forms that choose people: results while one types, and the chosen ones above. The server draws both. */

const REST = 150; // ms without a key before people are searched for

/** For every `form.picker` that comes to the page; `shown(element)` is called with each new list. */
export function createPicker({ shown }) {
  let latest = null;
  let timer = null;

  async function update(form) {
    clearTimeout(timer);
    latest?.abort();
    latest = new AbortController();
    const body = new FormData(form);
    body.set("find", "1");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body,
        signal: latest.signal,
        headers: { Accept: "text/html" },
      });
      if (response.ok) exchange(form, await response.text());
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // away: Search asks again
    }
  }

  function exchange(form, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-picked]");
    const old = form.querySelector("[data-picked]");
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(fresh));
    if (hadFocus) form.querySelector("[name=q]").focus();
    shown(form);
  }

  function typed({ target }) {
    const form = target.closest("form.picker");
    if (!form || target.name !== "q") return;
    clearTimeout(timer);
    timer = setTimeout(() => update(form), REST);
  }

  /** After a choice the search begins again, for the next person. */
  function chosen({ target }) {
    const form = target.closest("form.picker");
    if (!form || target.name !== "member") return;
    if (target.checked) form.querySelector("[name=q]").value = "";
    update(form);
  }

  function pressed(event) {
    const form = event.target.closest("form.picker");
    if (!form || event.key !== "Enter" || event.target.name !== "q" || event.isComposing) return;
    event.preventDefault(); // the first result is meant, or nobody
    if (event.target.value) form.querySelector(".people input[name=member]")?.click();
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", chosen);
  document.addEventListener("keydown", pressed);
}
