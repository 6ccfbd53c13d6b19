import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  granuleId: '^MOD09GQ\\.A\\d+$',
  granuleIdExtraction: '(MOD09GQ\\.A\\d+)\\.hdf',
  sampleFileName: 'MOD09GQ.A2017025.hdf',
  files: [{ bucket: 'private', regex: '^MOD09GQ\\.A\\d+\\.hdf$', sampleFileName: 'MOD09GQ.A2017025.hdf' }],
};

/** A collection whose files have these expressions, all for one name. */
function withRegexes(version: string, regexes: readonly string[], sampleFileName: string): object {
  return { ...COLLECTION, version, files: regexes.map((regex) => ({ bucket: 'private', regex, sampleFileName })) };
}

onDynamoDBLocal('requests that mean harm', () => {
  const api = new OwnApi();

  describe('regular expressions of a collection', () => {
    test('that take JavaScript years are matched at once', async () => {
      const name = `${'a'.repeat(60)}!`;
      const years = ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*)*b', '^(a*)*$', '^([a-z]+)*$', '(a+)+b', '(x+x+)+y'];
      const { status, body } = await api.ask('POST /collections', withRegexes('years', years, name));
      expect(status).toBe(400);
      for (const index of years.keys())
        expect(body.message).toContain(`files[${index}].regex: does not match its sampleFileName ${name}`);
      const sound = years.map((regex) => `${regex}|!`);
      expect((await api.ask('POST /collections', withRegexes('sound', sound, name))).status).toBe(200);
    });

    test('that only JavaScript can match share one second, and meanwhile others are answered', async () => {
      const endless = Array.from({ length: 8 }, (_, number) => `^(?=a)(a+)+${number}$`);
      let answered = 0;
      let done = false;
      const posted = api.ask('POST /collections', withRegexes('endless', endless, 'a'.repeat(60))).finally(() => {
        done = true;
      });
      while (!done) {
        expect((await api.ask('GET /version')).status).toBe(200);
        answered += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(answered).toBeGreaterThan(20);
      const { status, body } = await posted;
      expect(status).toBe(400);
      expect(body.message).toContain('files[0].regex: takes too long to search aaa');
      expect(body.message).toContain('files[7].regex: takes too long to search aaa');
    });

    test('with look-around and references back are taken as before, also where a record is replaced', async () => {
      const regexes = ['^(?!BROWSE)MOD.*\\.hdf$', '^(M)OD09GQ(?<=Q).*$', '^.*(.)\\1.*$', '^MOD[^]*(?<end>f)$'];
      const collection = withRegexes('around', regexes, 'MOD09GQ.A2017011.hdf');
      expect((await api.ask('POST /collections', collection)).status).toBe(200);
      expect((await api.ask('PUT /collections/MOD09GQ/around', collection)).status).toBe(200);
    });

    test('that cannot be run are refused by name', async () => {
      const regexes = [`(?=a)${'(?:a?b|c)'.repeat(20_000)}`];
      const { status, body } = await api.ask('POST /collections', withRegexes('large', regexes, 'a'));
      expect(status).toBe(400);
      // On a machine that has much else to do its second may be over before.
      expect(body.message).toMatch(/files\[0\]\.regex: (?:cannot be used: Invalid regular expression|takes too long)/);
    });
  });

  test('credentials with half a surrogate pair are refused by name', async () => {
    const { status, body } = await api.ask('POST /providers', { id: 'half', host: 'h', username: '\ud800' });
    expect([status, body.message]).toEqual([400, expect.stringContaining('username: must be well-formed Unicode')]);
  });

  test('no cell of /granule-csv is a formula', async () => {
    const granule = { status: 'completed', collectionId: '@SUM(A1)___1', createdAt: 0, timestamp: 1 };
    await api.put('GranulesTable', { ...granule, granuleId: '=HYPERLINK("http://x")', beginningDateTime: '-5' });
    expect((await api.ask('GET /granule-csv')).body.split('\n')[1]).toBe(
      `"'=HYPERLINK(""http://x"")","'@SUM(A1)___1",1970-01-01T00:00:00.000Z,-5,`,
    );
  });

  describe('a body', () => {
    const levels = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`;

    test.each([
      ['of 100,000 lists', levels('[', ']'), 'The body is nested too deep.'],
      ['of 100,000 objects', levels('{"a":', '}'), 'The body is nested too deep.'],
      ['with 100,000 levels in a field', `{"name":"a","version":"1","meta":${levels('[', ']')}}`, 'nested too deep'],
      ['that is no JSON', '{"a"', 'The body is not valid JSON.'],
      ['that is null', 'null', 'The body has to be a JSON object.'],
      ['that is a list', '[]', 'The body has to be a JSON object.'],
      ['that is a text', '"x"', 'The body has to be a JSON object.'],
      ['with a field twice', '{"name":"a","name":"b","version":"1"}', 'The body is not valid JSON.'],
      [
        'with a number of many digits',
        `{"name":"a","version":"1","meta":{"a":1${'0'.repeat(900_000)}}}`,
        'finite number',
      ],
      ['with __proto__', '{"name":"a","version":"1","__proto__":{"files":[]}}', '__proto__: is not a known field'],
    ])('%s is refused', async (_, body, message) => {
      const answer = await api.ask('POST /collections', body);
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(message)]);
    });

    test('that is no UTF-8 is refused, and not stored as something else', async () => {
      const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xc0]), Buffer.from('","host":"h"}')]);
      const answer = await api.app.request('/providers', { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ message: 'The body is not UTF-8.' }),
      ]);
    });
  });
});
