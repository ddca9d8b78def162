/** Forms that ask before they do something that cannot be undone, and say so when there is no network. */

/** A form with `data-ask` is sent after its question was answered with yes; `failed(words)` shows an error. */
export function askBeforeForms({ confirm, failed }) {
  const agreed = new WeakSet();

  async function submitted(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (!navigator.onLine) {
      event.preventDefault();
      failed("This needs the network. Try again when you are online.");
    } else if (form.dataset.ask && !agreed.delete(form)) {
      event.preventDefault();
      const { ask, askAbout, askVerb } = form.dataset;
      if (!(await confirm(ask, askAbout, askVerb))) return;
      agreed.add(form);
      form.requestSubmit(event.submitter);
    }
  }

  document.addEventListener("submit", submitted);
}
