// Shows the API document that the page names. Nothing is called from here: every call needs a client certificate.
const place = document.getElementById('viewer');
window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
