import { expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { RequestEnvironment } from '../../src/http/http-api.ts';
import { limitRequests } from '../../src/http/limit-requests.ts';

test('more requests than the limit are turned away while the others are answered, and only then', async () => {
  const app = new Hono<RequestEnvironment>();
  app.use(limitRequests(3));
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  app.get('/slow', async (context) => {
    await answered;
    return context.text('done');
  });
  app.get('/broken', () => {
    throw new HTTPException(500);
  });
  const first = [1, 2, 3].map(async () => (await app.request('/slow')).status);
  await new Promise(setImmediate);
  expect((await app.request('/slow')).status).toBe(503);
  answer();
  expect(await Promise.all(first)).toEqual([200, 200, 200]);
  // One that fails gives its place back, too.
  for (let time = 0; time < 5; time += 1) expect((await app.request('/broken')).status).toBe(500);
  expect((await app.request('/slow')).status).toBe(200);
});
