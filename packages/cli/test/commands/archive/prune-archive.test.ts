import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { itemOf, SyntheticArchive, TABLE } from '../../../../dynamodb/test/archive/synthetic-archive.ts';
import { cumulusApi, cumulusApiJson } from '../../cumulus-api.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-10T07:30:00Z');

const archive = join(ownFolder(), 'archive');
const prune = ['archive', 'prune', '--archive', archive];

/** Ten days, with a change in each six hours, and shards of half a day. */
beforeAll(async () => {
  mkdirSync(archive);
  const made = new SyntheticArchive(archive, 1);
  await made.openStream(START);
  made.base(START + 60_000);
  for (let step = 1; step <= 40; step += 1) {
    const now = START + step * 6 * HOUR;
    const key = `granule-${step % 3}`;
    await made.change(now, [{ key, item: itemOf(key, step), time: now / 1000 }]);
    if (step % 2 === 0) await made.split(now, 0);
  }
  await made.readTo(START + 240 * HOUR + 60_000);
});

const namesIn = (): readonly string[] => readdirSync(archive).sort();
const bytesIn = (): number => namesIn().reduce((sum, name) => sum + statSync(join(archive, name)).size, 0);

test('says what stays and why, and what would go, and changes nothing', async () => {
  const before = namesIn();
  const { code, stdout } = await cumulusApi([...prune, '--keep-within', '5d', '--keep-daily', '8', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `^${TABLE}: [\\d,]+ bytes would be removed: \\d+ changes in \\d+ segments, 0 other files\n` +
        '  every second stays: 2026-01-15T07:30:44Z to 2026-01-20T07:30:44Z\n' +
        '  stays \\(daily\\): 2026-01-13T23:59:59Z\n' +
        '  stays \\(daily\\): 2026-01-14T23:59:59Z\n' +
        '  would be merged into 3 files\n',
    ),
  );
  expect(namesIn()).toEqual(before);
});

test('refuses to run without a rule, and does nothing that was not confirmed', async () => {
  const before = namesIn();
  expect(await cumulusApi([...prune])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('archive prune takes at least one rule of what to keep'),
  });
  const { code, stderr } = await cumulusApi([...prune, '--keep-within', '5d']);
  const question = /Remove \d+ segments and 0 other files of \S+, [\d,]+ bytes, for good\?/;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(question) });
  expect(namesIn()).toEqual(before);
});

test('does what it said, and counts the bytes that are free then', async () => {
  const keep = ['--keep-within', '5d', '--keep-daily', '8'];
  const { result: planned } = await cumulusApiJson([...prune, ...keep, '--dry-run']);
  const [before, bytes] = [namesIn(), bytesIn()];
  const { code, result } = await cumulusApiJson([...prune, ...keep, '--yes']);
  expect(code).toBe(0);
  expect(result).toEqual({ ...(planned as object), dryRun: false, keptAsVersions: 0 });
  const after = namesIn();
  const added = after.filter((name) => !before.includes(name));
  const addedBytes = added.reduce((sum, name) => sum + statSync(join(archive, name)).size, 0);
  expect(result).toMatchObject({ bytes: bytes + addedBytes - bytesIn() });
  expect(added.filter((name) => name.endsWith('.merged.gz'))).toHaveLength(3);
  const { result: listed } = await cumulusApiJson(['archive', 'list', '--archive', archive]);
  expect(listed).toMatchObject({
    points: ['2026-01-13T23:59:59.000Z', '2026-01-14T23:59:59.000Z'],
    restorable: [{ from: '2026-01-15T07:30:44.000Z', to: '2026-01-20T07:30:44.000Z' }],
  });
  expect(await cumulusApi(['archive', 'verify', '--archive', archive])).toMatchObject({ code: 0 });
  const { result: again } = await cumulusApiJson([...prune, ...keep, '--yes']);
  expect(again).toMatchObject({ written: 0, files: [], segments: 0, bytes: 0 });
});
