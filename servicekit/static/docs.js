// Shows the OpenAPI descriptions named in the page with Swagger UI.
const root = document.getElementById("docs");
const specs = JSON.parse(root.dataset.specs);

// The logo of Swagger UI carries an inline style, which our Content-Security-Policy forbids.
const withoutLogo = () => ({ components: { Logo: () => null } });

window.SwaggerUIBundle({
  domNode: root,
  urls: specs.map(([name, url]) => ({ name, url })),
  presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
  plugins: [withoutLogo],
  layout: "StandaloneLayout",
  deepLinking: true,
  validatorUrl: null,
});
