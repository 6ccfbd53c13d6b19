import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTableInput, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { createTable, itemsOf } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
// DynamoDB's exports, which moto lacks, as AWS documents them.
import { ExportFront, HOUR } from '../../../../dynamodb/test/recovery/follow-exports/export-front.ts';
import { cumulusApi, cumulusApiJson } from '../../cumulus-api.ts';
import { granule } from '../../scratch.ts';

describeUnless(await whyNoMoto(), 'an archive that exports alone have made', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const table = 'prod-GranulesTable';
  let front: ExportFront;
  let archive: string;
  /** The ends of windows. */
  let ends: readonly string[];

  const put = (number: number, status: string): void =>
    front.put(granule(number, { status: { S: status } }) as never, front.now);
  const atExports = () => ({ environment: { ...moto.environment, AWS_ENDPOINT_URL_DYNAMODB: front.endpoint } });
  const atMoto = () => ({ environment: moto.environment });
  const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000', '');

  beforeAll(async () => {
    const definition = TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable');
    if (definition === undefined) throw new TypeError('GranulesTable');
    await createTable(createTableInput(table, schemaOf(definition)), [], moto.client);
    front = await ExportFront.start(moto, bucket, table);
    archive = bucket.url('prod');
    front.now -= HOUR / 2;
    for (const number of [1, 2, 3]) put(number, 'running');
    front.now += HOUR / 2;
    const follow = ['archive', 'follow', '--by-export', '--once', '--table', table, '--to', archive];
    const first = await cumulusApiJson(follow, atExports());
    expect(first).toMatchObject({ code: 0, result: { table, exports: 1, items: 3, gaps: 0 } });
    put(1, 'completed');
    front.delete('granule-2', front.now);
    put(4, 'running');
    front.now += 2 * HOUR;
    const then = await cumulusApiJson(follow, atExports());
    expect(then).toMatchObject({ code: 0, result: { table, exports: 2, items: 3 } });
    const { result } = await cumulusApiJson(['archive', 'list', '--archive', archive], atMoto());
    ends = (result as { points: readonly string[] }).points.map((point) => timeOf(Date.parse(point)));
    expect(ends).toEqual([2, 1, 0].map((hours) => timeOf(front.latest - hours * HOUR)));
  });
  afterAll(() => front.close());

  test('is listed by the seconds that it has, which stand alone', async () => {
    const { code, stdout, stderr } = await cumulusApi(['archive', 'list', '--archive', archive], atMoto());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/^ {2}[\d.]+ \w+ behind\n/m, '')).toMatch(
      new RegExp(
        `^${table}: 3 seconds alone: ${ends.join(', ')}\n` +
          `  export ${archive}/AWSDynamoDB/\\S+: ${ends[0]} and the ends of 2 windows up to ${ends[2]}, [\\d,]+ bytes\n` +
          '  0 changes in 0 segments, ',
      ),
    );
  });

  test('is verified, by itself and against a table', async () => {
    const verify = ['archive', 'verify', '--archive', archive];
    const { code, stdout } = await cumulusApi(verify, atMoto());
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${table}: whole\n`) });
    // The journal has never reached moto's table.
    const compared = await cumulusApi([...verify, '--table', table, '--at', ends[2] ?? ''], atMoto());
    expect(compared).toMatchObject({ code: 1, stdout: expect.stringContaining('3 missing') });
  });

  test('gives a table back at the end of a window, and at the latest one', async () => {
    const restore = ['archive', 'restore', '--from', archive, '--table', table, '--create-table'];
    for (const [to, when, end] of [
      ['prod-first', ['--at', ends[0] ?? ''], 0],
      ['prod-last', ['--latest'], 2],
    ] as const) {
      const { code, result } = await cumulusApiJson([...restore, '--to', to, ...when], atMoto());
      const verified = { equal: true, same: 3 };
      const at = new Date(ends[end] ?? '').toISOString();
      expect({ code, result }).toMatchObject({ code: 0, result: { table: to, source: table, at, items: 3, verified } });
      const expected = [...front.stateBefore(Date.parse(at)).values()];
      expect(byKey(await itemsOf(to, moto.client))).toEqual(byKey(expected));
    }
    const between = timeOf(Date.parse(ends[0] ?? '') + 1000);
    const refused = await cumulusApi([...restore, '--to', 'prod-none', '--at', between], atMoto());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Of exports, the archive reaches only the ends of windows.');
    expect(await moto.tables()).not.toContain('prod-none');
  });

  test('gives a file, which is a backup as any other', async () => {
    const directory = join(folder, 'states');
    const restore = ['archive', 'restore', '--from', archive, '--table', table, '--at', ends[1] ?? ''];
    expect((await cumulusApi([...restore, '--to-file', directory], atMoto())).code).toBe(0);
    expect(readdirSync(directory).sort()).toEqual([`${table}.json.gz`, `${table}.json.gz.manifest.json`]);
    const lines = gunzipSync(readFileSync(join(directory, `${table}.json.gz`)))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const expected = [...front.stateBefore(Date.parse(ends[1] ?? '')).values()];
    expect(byKey(lines.map((line) => JSON.parse(line) as never))).toEqual(byKey(expected));
  });

  test('shows what each window left of an item', async () => {
    const show = ['archive', 'show', '--archive', archive, '--table', table, '--key', 'granuleId=granule-1'];
    const { code, stdout } = await cumulusApi(show, atMoto());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^${ends[0]}: in base ${archive}/AWSDynamoDB/\\S+\n(.*\n)*` +
          `\\S+Z: MODIFY, merged with its changes since ${ends[0]}\n  status: "running" → "completed"\n`,
      ),
    );
  });

  test('has the differences between two ends of windows', async () => {
    const diff = ['archive', 'diff', '--archive', archive, '--table', table];
    const { code, stdout } = await cumulusApi([...diff, '--from', ends[0] ?? '', '--to', ends[2] ?? ''], atMoto());
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('1 changed, 1 added, 1 removed') });
    const same = await cumulusApi([...diff, '--from', ends[1] ?? '', '--to', ends[2] ?? ''], atMoto());
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('equal') });
  });
});

function byKey(items: readonly object[]): readonly string[] {
  return items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
}
