// web: shows the OpenAPI document; the tab's key is filled in, so that requests can be tried at once.

const key = sessionStorage.getItem('smart-ids-key');

const ui = /** @type {any} */ (globalThis).SwaggerUIBundle({
  url: '/api/schema',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  onComplete() {
    if (key !== null) ui.preauthorizeApiKey('bearer', key);
  },
});
