import { createClient } from '@cumulus/dynamodb/aws';
import { createApp } from '../packages/api/dist/app.js';
import { createServices } from '../packages/api/dist/services.js';
import { settingsFromEnvironment } from '../packages/api/dist/settings.js';

/** Made-up settings of an API with a login. None of these is ever requested. */
const SETTINGS = {
  stackName: 'prod',
  system_bucket: 'prod-internal',
  TOKEN_SECRET: 'a secret of at least 32 characters',
  EARTHDATA_CLIENT_ID: 'id',
  EARTHDATA_CLIENT_PASSWORD: 'password',
  TOKEN_REDIRECT_ENDPOINT: 'https://api.example.org/token',
};

/**
 * The OpenAPI description of the HTTP API, as it serves it.
 * @returns {Promise<import('@cumulus/reference').OpenApi>}
 */
export async function describeHttpApi() {
  // The AWS SDK's advice about releases of Node is no part of the references.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const app = createApp(
    createServices({
      settings: settingsFromEnvironment(SETTINGS),
      client: createClient({ region: 'us-east-1' }),
      tableName: (name) => name,
      requestLog: { request: () => undefined, brokenOff: () => undefined, warning: () => undefined },
    }),
  );
  return (await app.request('/openapi.json')).json();
}
