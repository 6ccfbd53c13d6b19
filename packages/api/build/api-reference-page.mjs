import { createApiReference } from '@scalar/api-reference';
import '@scalar/api-reference/style.css';
import './api-reference-page.css';
import { config } from 'zod';

// What the page at /docs runs in a browser. All that Scalar would ask other servers for is off; the page's policy refuses it too.

// The policy allows no code that is made at run time; zod would try it.
config({ jitless: true });

const place = document.querySelector('#api-reference');
const description = new URL(place.dataset.description, document.baseURI);
place.replaceChildren();
createApiReference(place, {
  url: description.href,
  // Wherever the API is: behind a stage or a path, too.
  servers: [{ url: new URL('.', description).href.replace(/\/$/, '') }],
  authentication: { preferredSecurityScheme: 'login' },
  persistAuth: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  proxyUrl: '',
  externalUrls: { dashboardUrl: '', registryUrl: '', proxyUrl: '', apiBaseUrl: '' },
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'json',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
