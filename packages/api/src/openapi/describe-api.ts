import type { HttpApi } from '../http/http-api.ts';
import type { OpenApiDocument, Operation } from '../http/openapi.ts';
import { VERSION } from '../version.ts';
import { componentSchemas } from './schemas.ts';
import { TAGS, tagOf } from './tags.ts';
import { withExamples } from './with-examples.ts';

const ABOUT = 'Read and change the metadata of a Cumulus deployment. Times are in milliseconds since 1970, in UTC.';

const HOW_TO_LOG_IN =
  'All routes need a token, except `/version` and those for logging in. Send it in the header `Authorization: Bearer TOKEN`. ' +
  'To get a token, [log in](token) with your browser, and copy it from the answer. `cumulus-api serve --local` has no login: it prints a ' +
  'token when it starts.\n\nTo try a request on this page, put your token under **Authentication**. The page sends it to this API only, and forgets it when you ' +
  'close or reload the page.';

/** What OpenAPI says of an API. @param root the path that its routes are under */
export function describeApi(api: HttpApi, hasLogin: boolean, root: string): OpenApiDocument {
  const paths: { [path: string]: { [method: string]: Operation } } = {};
  for (const { method, path, requestBody, responses, ...operation } of api.described) {
    paths[path] ??= {};
    const described = { ...operation, ...(requestBody !== undefined && { requestBody }), responses };
    paths[path][method] = { tags: [tagOf(path)], ...withExamples(path, method, described) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cumulus metadata',
      version: VERSION,
      description: hasLogin ? `${ABOUT}\n\n${HOW_TO_LOG_IN}` : `${ABOUT}\n\nThis API needs no login.`,
    },
    // From where this document is, which may be behind a stage or a path.
    servers: [
      { url: '.', description: 'This API' },
      ...(root === '' ? [{ url: './v1', description: 'The same routes' }] : []),
    ],
    tags: TAGS,
    components: {
      schemas: componentSchemas(),
      parameters: {},
      securitySchemes: hasLogin
        ? {
            login: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: 'The token from the answer of `/token`, or the one that `cumulus-api serve --local` prints.',
            },
          }
        : undefined,
    },
    paths,
    webhooks: {},
    security: hasLogin ? [{ login: [] }] : undefined,
  };
}
