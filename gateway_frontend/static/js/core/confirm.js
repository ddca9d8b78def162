/** A question that must be answered before something is done that cannot be undone. */

/** → whether the person agreed. */
export function confirm(question, detail, verb) {
  const dialog = document
    .getElementById("confirm-template")
    .content.firstElementChild.cloneNode(true);
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = detail;
  dialog.querySelector("[value=yes]").textContent = verb;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
