// Shows the OpenAPI description named in the page with Swagger UI.
const root = document.getElementById("docs");

// A link inside of the button that opens an operation cannot be reached by keyboard: plain text.
const withoutInnerLinks = () => ({ components: { DeepLink: ({ text }) => text } });

window.SwaggerUIBundle({
  domNode: root,
  url: root.dataset.url,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: [withoutInnerLinks],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  syntaxHighlight: false,
  validatorUrl: null,
  requestInterceptor: withSession,
});

/** Somebody who is logged in tries the calls as themselves; a token that was entered goes before. */
async function withSession(request) {
  const isCall = new URL(request.url, location).pathname.startsWith("/api/");
  if (!isCall || request.headers.Authorization) return request;
  const answer = await fetch("/front/session", { headers: { Accept: "application/json" } });
  if (answer.ok) request.headers["X-CSRF-Token"] = (await answer.json()).csrf_token;
  return request;
}

/** What Swagger UI leaves out for screen readers. */
function nameControls() {
  for (const select of root.querySelectorAll("select:not([aria-label])"))
    select.ariaLabel = "Choice";
  for (const box of root.querySelectorAll(
    ":is(.opblock-body, .models) :is(pre, .model-box):not([tabindex])",
  ))
    box.tabIndex = 0;
  for (const [level, headings] of [
    ["2", ".opblock-tag"],
    ["3", ".opblock h4"],
    ["4", ".opblock h5"],
  ]) {
    for (const heading of root.querySelectorAll(headings)) heading.ariaLevel = level;
  }
  for (const about of root.querySelectorAll(".information-container:not([role])"))
    Object.assign(about, { role: "region", ariaLabel: "About this API" });
  for (const mark of root.querySelectorAll("svg.arrow:not([role])"))
    mark.setAttribute("role", "presentation");
}

new MutationObserver(nameControls).observe(root, { childList: true, subtree: true });
