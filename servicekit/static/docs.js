// Shows the OpenAPI descriptions named in the page with Swagger UI.
const root = document.getElementById("docs");
const specs = JSON.parse(root.dataset.specs);

window.SwaggerUIBundle({
  domNode: root,
  urls: specs.map(([name, url]) => ({ name, url })),
  presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  deepLinking: true,
  validatorUrl: null,
});
