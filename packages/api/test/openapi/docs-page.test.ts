import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

describe('the page at /docs', () => {
  const api = new OwnApi();
  let script: string;
  const request = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    api.app.request(path, { headers });

  beforeAll(async () => {
    const page = await (await request('/docs')).text();
    script = `/${/src="([^"]+)"/.exec(page)?.[1]}`;
  });

  test('names what it loads by its contents, and is checked against them', async () => {
    const page = await request('/docs');
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=UTF-8');
    const html = await page.text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)" integrity="sha256-[^"]{44}"/g)].map(([, url]) => url);
    expect(addresses).toEqual([
      expect.stringMatching(/^docs\/[0-9a-f]{64}\/api-reference\.css$/),
      expect.stringMatching(/^docs\/[0-9a-f]{64}\/api-reference\.js$/),
    ]);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('lists all routes for those who run no script', async () => {
    const html = await (await request('/docs')).text();
    const { paths } = (await (await request('/openapi.json')).json()) as { paths: object };
    for (const path of Object.keys(paths)) expect(html).toContain(`<code>${path}</code>`);
  });

  test('may run our script alone, and ask this API alone', async () => {
    const policy = (await request('/docs')).headers.get('Content-Security-Policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
    expect(policy).toContain("connect-src 'self'");
    const ofAnswers = (await request('/version')).headers.get('Content-Security-Policy');
    expect(ofAnswers).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  test.each([
    ['/docs', 'docs/', 'openapi.json'],
    ['/docs/', '../docs/', '../openapi.json'],
    ['/v1/docs', 'docs/', 'openapi.json'],
  ])('is the same at %s, with addresses from there', async (path, folder, description) => {
    const html = await (await request(path)).text();
    expect(/data-description="([^"]*)"/.exec(html)?.[1]).toBe(description);
    const [, src = ''] = / src="([^"]+)"/.exec(html) ?? [];
    expect(src.slice(0, folder.length)).toBe(folder);
    const { pathname } = new URL(src, `http://api${path}`);
    expect((await request(pathname)).status).toBe(200);
  });

  test('is asked for again only if it has changed', async () => {
    const etag = (await request('/docs')).headers.get('ETag') ?? '';
    expect((await request('/docs', { 'If-None-Match': `"other", W/${etag}` })).status).toBe(304);
    expect((await request('/docs', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test('loads a script that caches keep for good, in the encoding that the client takes', async () => {
    const encodings = ['gzip, deflate, br', 'gzip', 'br;q=0, gzip', '', 'br;q=0'] as const;
    const bodies: string[] = [];
    const used: (string | null)[] = [];
    for (const encoding of encodings) {
      const answer = await request(script, { 'Accept-Encoding': encoding });
      expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('Vary')).toContain('Accept-Encoding');
      expect(answer.headers.get('Content-Type')).toBe('text/javascript; charset=UTF-8');
      const bytes = Buffer.from(await answer.arrayBuffer());
      const encodedBy = answer.headers.get('Content-Encoding');
      used.push(encodedBy);
      const decode = encodedBy === 'br' ? brotliDecompressSync : encodedBy === 'gzip' ? gunzipSync : Buffer.from;
      bodies.push(decode(bytes).toString());
      const known = await request(script, {
        ...{ 'Accept-Encoding': encoding, 'If-None-Match': answer.headers.get('ETag') ?? '' },
      });
      expect(known.status).toBe(304);
    }
    expect(used).toEqual(['br', 'gzip', 'gzip', null, null]);
    expect(new Set(bodies).size).toBe(1);
    // A function on Lambda answers with at most 6 MB, as text of JSON.
    expect(JSON.stringify(bodies[0]).length).toBeLessThan(5_500_000);
  });

  test('has no script at another address', async () => {
    expect((await request(script.replace(/[0-9a-f]{64}/, '0'.repeat(64)))).status).toBe(404);
    expect((await request(script.replace('.js', '.mjs'))).status).toBe(404);
  });
});
