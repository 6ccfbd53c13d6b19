import { createClient } from '@cumulus/dynamodb/aws';
import { afterEach, expect, jest, test } from '@jest/globals';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { createApp } from '../../src/app.ts';
import type { RequestEnvironment } from '../../src/http/http-api.ts';
import { type LimitOptions, limitRequests } from '../../src/http/limit-requests.ts';
import { createServices } from '../../src/services.ts';
import { settingsWithoutLogin } from '../../src/settings.ts';

test('more requests than the limit are refused while the others are answered, and only then', async () => {
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

afterEach(() => void jest.useRealTimers());

/** An API whose answers take so many milliseconds each, asked so many times at once: how many are answered, and worked on at once. */
function slowApi(max: number, options: LimitOptions) {
  jest.useFakeTimers();
  const app = new Hono<RequestEnvironment>();
  app.use(limitRequests(max, options));
  let atWork = 0;
  let most = 0;
  app.get('/:time', async (context) => {
    atWork += 1;
    most = Math.max(most, atWork);
    await new Promise((resolve) => setTimeout(resolve, Number(context.req.param('time'))));
    atWork -= 1;
    return context.text('done');
  });
  return async (count: number, time: number) => {
    most = 0;
    const answers = Promise.all(Array.from({ length: count }, () => app.request(`/${time}`)));
    await jest.advanceTimersByTimeAsync(20_000);
    return { answered: (await answers).filter(({ status }) => status === 200).length, most };
  };
}

test('a request waits for its turn, and is refused if that does not come in two seconds', async () => {
  const ask = slowApi(100, { slow: 60_000 });
  // Those of the first turn, and of the second, which begins in time; each that is done lets a little more in.
  expect(await ask(60, 1_500)).toEqual({ answered: 20, most: 10 });
  expect(await ask(60, 1)).toMatchObject({ answered: 60 });
  expect(await ask(120, 1)).toMatchObject({ answered: 100 });
});

test('requests that wait begin in the order in which they came, also while others come', async () => {
  const app = new Hono<RequestEnvironment>();
  app.use(limitRequests(100));
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  app.get('/:number', async (context) => {
    begun.push(Number(context.req.param('number')));
    await new Promise<void>((resolve) => ends.push(resolve));
    return context.text('done');
  });
  const answers = Array.from({ length: 30 }, (_, number) => app.request(`/${number}`));
  for (let ended = 0; ended < 40; ended += 1) {
    await new Promise(setImmediate);
    // Whoever is answered asks again.
    if (ended < 10) answers.push(app.request(`/${30 + ended}`));
    ends[ended]?.();
  }
  expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
  expect(begun).toEqual(Array.from({ length: 40 }, (_, number) => number));
});

test('more are worked on at once while that is fast, and fewer again while it is slow', async () => {
  const ask = slowApi(60, { maxWait: 60_000 });
  for (let times = 0; times < 60; times += 1) await ask(60, 400);
  expect(await ask(60, 400)).toEqual({ answered: 60, most: 60 });
  // What is slow by itself says nothing.
  expect(await ask(30, 600)).toEqual({ answered: 30, most: 30 });
  expect((await ask(60, 400)).most).toBe(60);
  expect((await ask(60, 600)).most).toBe(60);
  expect((await ask(60, 600)).most).toBeLessThan(43);
  for (let times = 0; times < 5; times += 1) await ask(60, 600);
  expect((await ask(60, 600)).most).toBe(10);
});

test('the whole API says when to send a request again that it refused', async () => {
  const client = createClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' });
  let goOn = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  client.middlewareStack.add(() => () => waiting.then(() => Promise.reject(new Error('A test.'))), {
    step: 'initialize',
  });
  const services = createServices({
    settings: { ...settingsWithoutLogin({}, 'limited'), dashboardOrigins: ['https://dashboard.example'] },
    client,
    tableName: (name) => `limited-${name}`,
    requestLog: { request: () => undefined, brokenOff: () => undefined, warning: () => undefined },
  });
  const app = createApp(services, 1);
  const first = app.request('/granules');
  const second = await app.request('/granules', { headers: { Origin: 'https://dashboard.example' } });
  expect(second.status).toBe(503);
  expect(second.headers.get('Retry-After')).toBe('5');
  expect(second.headers.get('Access-Control-Allow-Origin')).toBe('https://dashboard.example');
  expect(second.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
  expect(await second.json()).toMatchObject({ statusCode: 503, message: expect.stringContaining('again later') });
  goOn();
  expect((await first).headers.has('Retry-After')).toBe((await first).status === 503);
  expect((await app.request('/version')).status).toBe(200);
  client.destroy();
});
