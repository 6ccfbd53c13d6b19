import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { type LoopbackServer, startLoopbackServer } from '../loopback-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the files of a folder as any host of static files does. */
export function serveSite(folder: string): Promise<LoopbackServer> {
  return startLoopbackServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = normalize(decodeURIComponent(pathname.replace(/\/$/, '/index.html')));
    const content = await readFile(join(folder, path)).catch(() => undefined);
    if (content === undefined) return response.writeHead(404).end();
    // Their names have a hash of what they hold.
    if (path.startsWith('/assets/')) response.setHeader('Cache-Control', 'max-age=31536000, immutable');
    return response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream').end(content);
  });
}
