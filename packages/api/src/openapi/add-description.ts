import type { HttpApi } from '../http/http-api.ts';
import type { OpenApiDocument } from '../http/openapi.ts';
import { addDocsPage } from './docs-page.ts';

/** Adds `/openapi.json`, and the same for people at `/docs`. Both are made when they are first asked for, and need no login. */
export function addDescription(app: HttpApi, api: HttpApi, hasLogin: boolean): void {
  const made = new Map<string, Promise<OpenApiDocument>>();
  const make = async (root: string) => (await import('./describe-api.ts')).describeApi(api, hasLogin, root);
  const describe = (root: string): Promise<OpenApiDocument> => {
    const known = made.get(root) ?? make(root);
    made.set(root, known);
    return known;
  };
  for (const root of ['', '/v1'])
    app.get(`${root}/openapi.json`, async (context) => context.json(await describe(root)));
  addDocsPage(app, describe);
}
