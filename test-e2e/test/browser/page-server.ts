import { readFile } from 'node:fs/promises';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';

/** The page of the tests, served as a dashboard is: on an origin of its own. */
export interface PageServer extends LoopbackServer {
  /** What the page is to ask; it reads this as it is loaded. */
  api: string;
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page/index.html', 'text/html'],
  '/page.js': ['page/page.js', 'text/javascript'],
  '/form.js': ['page/form.js', 'text/javascript'],
  '/session.js': ['page/session.js', 'text/javascript'],
  '/requests.tsv': ['../fixtures/dashboard-requests.tsv', 'text/tab-separated-values'],
};

export async function servePage(): Promise<PageServer> {
  const server = await startLoopbackServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const [file, type] = FILES[pathname] ?? [];
    if (pathname === '/config.json') response.end(JSON.stringify({ api: page.api }));
    else if (file === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', String(type)).end(await readFile(new URL(file, import.meta.url)));
  });
  const page = { ...server, api: '' };
  return page;
}
