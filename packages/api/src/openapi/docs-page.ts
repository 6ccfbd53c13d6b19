import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { HttpApi, RequestContext } from '../http/http-api.ts';
import type { OpenApiDocument } from '../http/openapi.ts';
import { listInHtml, PLAIN_STYLE, plainPage } from './html-page.ts';
import { type PageFile, type PageFiles, readPageFiles } from './page-files.ts';
import { isKnown, servePageFile } from './serve-page-file.ts';

/**
 * What the page at `/docs` may do: run our script and no other, and ask this API and nobody else, so that a token that is typed
 * in goes nowhere else. Scalar sets styles of elements.
 */
export const DOCS_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Whether a path is of the page, or of what it loads. */
export function isOfDocs(path: string): boolean {
  return /^(\/v1)?\/docs(\/|$)/.test(path);
}

/** Adds the page for people, and the files that it loads, which are read when they are first asked for. */
export function addDocsPage(app: HttpApi, describe: (root: string) => Promise<OpenApiDocument>): void {
  let read: Promise<PageFiles | undefined> | undefined;
  const files = () => {
    read ??= readPageFiles();
    return read;
  };
  for (const root of ['', '/v1']) {
    app.get(`${root}/docs`, async (context) => {
      // The addresses in it are relative: the API may be behind a stage or a path, and the page's path may end with a slash.
      const up = new URL(context.req.url).pathname.endsWith('/') ? '../' : '';
      const found = await files();
      const document = await describe(root);
      const page = found === undefined ? plainPage(document, up) : scalarPage(document, up, found);
      return answerPage(context, page);
    });
    app.get(`${root}/docs/:digest/:name`, async (context, next) => {
      const { digest, name } = context.req.param();
      const found = Object.values((await files()) ?? {}).find((file) => file.name === name && file.digest === digest);
      return found === undefined ? next() : servePageFile(context, found);
    });
  }
}

function answerPage(context: RequestContext, page: string): Response | Promise<Response> {
  const etag = `"${createHash('sha256').update(page).digest('hex').slice(0, 32)}"`;
  context.header('ETag', etag);
  context.header('Cache-Control', 'no-cache');
  return isKnown(context, etag) ? context.body(null, 304) : context.html(page);
}

/** Scalar's page; without scripts the plain list. */
function scalarPage(document: OpenApiDocument, up: string, { script, style }: PageFiles): string {
  const address = ({ digest, name }: PageFile) => `${up}docs/${digest}/${name}`;
  const integrity = ({ digest }: PageFile) => `sha256-${Buffer.from(digest, 'hex').toString('base64')}`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${document.info.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${address(style)}" integrity="${integrity(style)}">
<noscript><style>${raw(PLAIN_STYLE)}</style></noscript>
<script defer src="${address(script)}" integrity="${integrity(script)}"></script></head>
<body>
<div id="api-reference" data-description="${up}openapi.json"></div>
<noscript>${listInHtml(document, up)}</noscript>
</body>
</html>`.toString();
}
