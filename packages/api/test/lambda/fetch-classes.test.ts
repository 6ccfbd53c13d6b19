import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LightHeaders } from '../../src/lambda/fetch-classes/headers.ts';
import { LightRequest } from '../../src/lambda/fetch-classes/request.ts';
import { LightResponse } from '../../src/lambda/fetch-classes/response.ts';

/** What a call returns, or the class of its error. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return (error as Error).name;
  }
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'Accept',
    'cookie',
    'Cookie',
    'set-cookie',
    'Set-Cookie',
    'content-type',
    'Content-Type',
    'x_1',
  ),
  fc.string({ maxLength: 3 }),
);
const value = fc.oneof(
  fc.constantFrom('', ' a ', 'a=1; b', '\ta\n', 'a\nb', 'a\0', 'é', '€', 'text/csv'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const pairs = fc.array(fc.tuple(name, value), { maxLength: 5 });

const change = fc.oneof(
  fc.tuple(fc.constantFrom('append' as const, 'set' as const), name, value),
  fc.tuple(fc.constantFrom('delete' as const, 'get' as const, 'has' as const), name, fc.constant('')),
);

describe('the light classes do what those of Node do', () => {
  test('headers', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.array(change, { maxLength: 8 }), async (init, changes) => {
        const seen = await Promise.all(
          [Headers, LightHeaders].map((Class) =>
            outcome(async () => {
              const headers = new Class(init) as Headers;
              const results: unknown[] = [];
              for (const [method, key, text] of changes)
                results.push(await outcome(() => (headers[method] as (...given: string[]) => unknown)(key, text)));
              const visited: unknown[] = [];
              headers.forEach((...given) => {
                visited.push(given.slice(0, 2));
              });
              const lists = [[...headers], [...headers.keys()], [...headers.values()], headers.getSetCookie(), visited];
              return { results, lists, copy: [...new Class(headers)] };
            }),
          ),
        );
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 500 },
    );
  });

  test('headers of an object', () => {
    const init = { B: '2', a: ' 1 ' };
    expect([...new LightHeaders(init)]).toEqual([...new Headers(init)]);
  });

  const status = fc.oneof(fc.constantFrom(200, 204, 304, 404, 599, 199, 600, 101), fc.constant(undefined));
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\ufeffa', '\ud800', '{"a":1}', null, undefined),
  );

  // Which of two mistakes an error names is of no matter.
  const validPairs = fc.array(
    fc.tuple(fc.constantFrom('A', 'Content-Type', 'Set-Cookie'), fc.constantFrom('1', ' b ')),
  );

  test.each(['text', 'json', 'arrayBuffer'] as const)('responses, read by %s, and copies of them', async (read) => {
    const readBy = async (response: Response): Promise<unknown> => {
      const found = await response[read]();
      return found instanceof ArrayBuffer ? Buffer.from(found).toString('hex') : found;
    };
    await fc.assert(
      fc.asyncProperty(body, status, validPairs, async (given, code, headers) => {
        const seen = await Promise.all(
          [Response, LightResponse].map((Class) =>
            outcome(async () => {
              const init = code === undefined ? { headers } : { headers, status: code };
              const response = new Class(given, init) as Response;
              const { ok, bodyUsed } = response;
              const copy = new Class(response.body, response) as Response;
              const found = [response, copy].map((each) => [each.status, each.statusText, [...each.headers]]);
              const results = [await outcome(() => readBy(copy)), await outcome(() => readBy(copy))];
              // Both have the same body, which is read once.
              const after = [await outcome(() => readBy(response)), copy.bodyUsed];
              return { ok, bodyUsed, found, results, after };
            }),
          ),
        );
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('responses that are read as streams', async () => {
    for (const text of ['', 'some text', '€'])
      for (const Class of [Response, LightResponse]) {
        const response = new Class(text) as Response;
        const read: Uint8Array[] = [];
        for await (const part of response.body as AsyncIterable<Uint8Array>) read.push(part);
        expect(Buffer.concat(read).toString()).toBe(text);
        expect(response.bodyUsed).toBe(true);
        expect(await outcome(() => response.text())).toBe('TypeError');
        expect(await outcome(() => new Class(response.body))).toBe('TypeError');
      }
  });

  test('responses of bytes and of streams are those of Node', async () => {
    const init = {
      status: 201,
      headers: [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ] as [string, string][],
    };
    for (const given of [new TextEncoder().encode('bytes'), new Blob(['bytes']).stream()]) {
      const response = new LightResponse(given, init);
      expect(response).toBeInstanceOf(Response);
      expect(response.status).toBe(201);
      expect(response.headers.getSetCookie()).toEqual(['a', 'b']);
      expect(await response.text()).toBe('bytes');
    }
  });

  const url = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.constantFrom(
      'http://a',
      'HTTP://A/b c',
      'https://undefined/granules',
      'http://u:p@a/',
      '/a',
      '',
      'http://[',
      'x:y',
    ),
    fc.string(),
  );
  const method = fc.constantFrom('GET', 'get', 'PATCH', 'patch', 'Delete', 'TRACE', 'connect', 'A B', '', 'QUERY');

  test('requests', async () => {
    await fc.assert(
      fc.asyncProperty(url, method, pairs, fc.boolean(), async (address, verb, headers, hasBody) => {
        const seen = await Promise.all(
          [Request, LightRequest].map((Class) =>
            outcome(async () => {
              const init = { method: verb, headers, body: hasBody ? 'some text' : null };
              const request = new Class(address, init) as Request;
              const { body: stream, bodyUsed } = request;
              const fields = [request.method, request.url, [...request.headers], stream === null, bodyUsed];
              const copy = new Class(request as never, { method: 'PUT', body: 'other' }) as Request;
              const text = [await request.text(), await copy.text(), copy.url, copy.method];
              const buffer = (await outcome(() => request.clone().arrayBuffer())) instanceof ArrayBuffer;
              return { fields, text, buffer: hasBody && buffer };
            }),
          ),
        );
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 500 },
    );
  });

  test('requests without a body have an empty one to read', async () => {
    for (const Class of [Request, LightRequest]) {
      const request = new Class('http://a/') as Request;
      expect([await request.text(), (await request.arrayBuffer()).byteLength]).toEqual(['', 0]);
      expect(await outcome(() => request.json())).toBe('SyntaxError');
    }
  });
});
