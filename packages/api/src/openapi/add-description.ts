import type { HttpApi } from '../http/http-api.ts';
import { VERSION } from '../version.ts';
import { describeInHtml, type OpenApiDocument } from './html-page.ts';
import { componentSchemas } from './schemas.ts';

/** Adds `/openapi.json`, and the same for people at `/docs`. Both are made when they are first asked for, and need no login. */
export function addDescription(app: HttpApi, api: HttpApi, hasLogin: boolean): void {
  let made: OpenApiDocument | undefined;
  const describe = (): OpenApiDocument => {
    made ??= document(api, hasLogin);
    return made;
  };
  let page: string | undefined;
  for (const root of ['', '/v1']) {
    app.get(`${root}/openapi.json`, (context) => context.json(describe()));
    app.get(`${root}/docs`, (context) => {
      page ??= describeInHtml(describe());
      return context.html(page);
    });
  }
}

function document(api: HttpApi, hasLogin: boolean): OpenApiDocument {
  const described = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Cumulus metadata',
      version: VERSION,
      description: 'The metadata of a Cumulus deployment, which is in DynamoDB. Times are in milliseconds since 1970.',
    },
    servers: [{ url: '/' }, { url: '/v1' }],
  });
  return {
    ...described,
    // The library’s type allows references where addRoute never has one.
    paths: (described.paths ?? {}) as OpenApiDocument['paths'],
    security: hasLogin ? [{ login: [] }] : undefined,
    components: {
      ...described.components,
      schemas: componentSchemas(),
      securitySchemes: hasLogin ? { login: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } : undefined,
    },
  };
}
