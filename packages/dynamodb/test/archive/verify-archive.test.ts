import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { listArchive } from '../../src/archive/list-archive.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import { verifyArchive } from '../../src/archive/verify/verify-archive.ts';
import { Archived } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

onDynamoDBLocal('a check of an archive', () => {
  const scratch = new Archived();

  /** Makes an archive with a split, and gives copies of it that are to be damaged. */
  async function archived(): Promise<() => string> {
    const followed = await scratch.followed();
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      await writeAtRandom(followed.front, { writers: 3, milliseconds: 1_000 });
      await followed.front.split();
      await writeAtRandom(followed.front, { writers: 3, milliseconds: 1_500 });
    });
    await scratch.expectWhole();
    let copies = 0;
    return () => {
      copies += 1;
      const copy = scratch.path(`copy-${copies}`);
      cpSync(scratch.archive, copy, { recursive: true });
      return copy;
    };
  }

  const segmentsIn = (directory: string, shard?: string): readonly string[] =>
    readdirSync(directory).filter((name) => name.endsWith('.changes.gz') && name.includes(shard ?? ''));
  const problemsOf = async (directory: string): Promise<readonly string[]> => {
    const [table] = await verifyArchive(directory);
    expect(table?.isWhole).toBe(table?.problems.length === 0);
    return (table?.problems ?? []).map(({ file, problem }) => `${file.slice(directory.length + 1)}: ${problem}`);
  };

  test('finds every segment that is removed, altered, put elsewhere or cut off', async () => {
    const copyOf = await archived();
    const names = segmentsIn(scratch.archive);
    expect(names.length).toBeGreaterThan(8);
    // Each is damaged in four ways, and each time the whole archive is read.
    const step = Math.ceil(names.length / sizeOf({ usual: 10, whole: names.length }));
    const tried = [...names.entries()].filter(([index]) => index % step === 0 || index === names.length - 1);
    for (const [index, name] of tried) {
      const removed = copyOf();
      rmSync(join(removed, name));
      expect([name, await problemsOf(removed)]).toEqual([name, expect.arrayContaining([expect.any(String)])]);

      const altered = copyOf();
      const bytes = readFileSync(join(altered, name));
      const at = Math.floor(Math.random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
      writeFileSync(join(altered, name), bytes);
      const found = await problemsOf(altered);
      // Some bytes of a gzip file's header mean nothing. Then the SHA-256 alone shows it, which the last segment has in the note.
      expect([name, found]).toEqual([name, expect.arrayContaining([expect.stringContaining('.changes.gz')])]);

      const cut = copyOf();
      writeFileSync(join(cut, name), readFileSync(join(cut, name)).subarray(0, -5));
      expect(await problemsOf(cut)).toEqual(expect.arrayContaining([expect.stringContaining(name)]));

      const swapped = copyOf();
      const other = names[(index + 1) % names.length] as string;
      renameSync(join(swapped, name), join(swapped, 'kept'));
      renameSync(join(swapped, other), join(swapped, name));
      renameSync(join(swapped, 'kept'), join(swapped, other));
      expect(await problemsOf(swapped)).toEqual(expect.arrayContaining([expect.stringContaining(name)]));
    }
  });

  test('finds a change that somebody has altered, with all that the segment says of itself', async () => {
    const copyOf = await archived();
    const copy = copyOf();
    const textOf = (each: string): string => gunzipSync(readFileSync(join(copy, each))).toString('utf8');
    const altered = (text: string): string => text.replace(/"writer":\{"N":"\d"\}/, '"writer":{"N":"9"}');
    // How many follow it depends on where the shard has ended.
    const previous = segmentsIn(copy).map((each) => JSON.parse(textOf(each).split('\n', 1)[0] ?? '').previous?.name);
    const isFollowed = (each: string): boolean => previous.includes(each) && altered(textOf(each)) !== textOf(each);
    const name = segmentsIn(copy).find(isFollowed) as string;
    const [head = '', ...lines] = textOf(name).split('\n');
    const body = altered(lines.join('\n'));
    const sha256 = createHash('sha256').update(body).digest('hex');
    const forged = `${JSON.stringify({ ...JSON.parse(head), sha256 })}\n${body}`;
    writeFileSync(join(copy, name), gzipSync(forged));
    const problems = await problemsOf(copy);
    expect(problems).toHaveLength(previous.filter((each) => each === name).length);
    for (const problem of problems) expect(problem).toMatch(/does not follow|is not the end of its parent/);
    const [summary] = await listArchive(copy);
    const at = summary?.restorable.at(-1)?.to as Date;
    const restoring = stateToFile({ archive: copy, table: summary?.table ?? '', at, directory: scratch.path('state') });
    await expect(restoring).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    expect(readdirSync(scratch.path('state'))).not.toContain(`${summary?.table}.json.gz`);
  });

  test('neither lists nor restores a last segment that was altered with all that it says of itself', async () => {
    const copyOf = await archived();
    const copy = copyOf();
    const [summary] = await listArchive(copy);
    const note = readdirSync(copy).find((each) => each.endsWith('.reach.json')) as string;
    const { segment } = JSON.parse(readFileSync(join(copy, note), 'utf8')) as { segment: { name: string } };
    const [head = '', ...lines] = gunzipSync(readFileSync(join(copy, segment.name)))
      .toString('utf8')
      .split('\n');
    const forged = { ...JSON.parse(head), writer: 'somebody' };
    writeFileSync(join(copy, segment.name), gzipSync([JSON.stringify(forged), ...lines].join('\n')));
    expect(await problemsOf(copy)).toContainEqual(expect.stringContaining('its SHA-256 is'));
    expect((await listArchive(copy))[0]?.problem).toContain(segment.name);
    const at = summary?.restorable.at(-1)?.to as Date;
    const restoring = stateToFile({
      archive: copy,
      table: summary?.table ?? '',
      at,
      directory: scratch.path('forged'),
    });
    await expect(restoring).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  });

  test('finds a base that is removed or altered', async () => {
    const copyOf = await archived();
    const name = readdirSync(scratch.archive).find((each) => each.endsWith('Z.json.gz')) as string;
    const removed = copyOf();
    rmSync(join(removed, name));
    expect(await problemsOf(removed)).toEqual([`${name}: it is missing, and its manifest is there`]);
    const other = copyOf();
    writeFileSync(join(other, name), gzipSync('{"granuleId":{"S":"another"}}\n'));
    expect(await problemsOf(other)).toEqual([`${name}: its manifest is of another file`]);
    const altered = copyOf();
    const manifest = join(altered, `${name}.manifest.json`);
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"sha256": "../, '"sha256": "zz'));
    expect(await problemsOf(altered)).toEqual([expect.stringContaining('sha256')]);
    writeFileSync(
      manifest,
      readFileSync(join(scratch.archive, `${name}.manifest.json`), 'utf8').replace(/"items": \d+/, '"items": 7'),
    );
    expect(await problemsOf(altered)).toEqual([expect.stringContaining('its manifest says 7')]);
    // Without its base the archive has no second.
    for (const copy of [removed, other]) expect((await listArchive(copy))[0]?.restorable).toEqual([]);
  });
});

describe('a check of a folder', () => {
  const scratch = new Archived();

  test('finds no table where there is no archive, and fails where there is no folder', async () => {
    expect(await verifyArchive(scratch.directory)).toEqual([]);
    await expect(verifyArchive(scratch.path('none'))).rejects.toMatchObject({ code: 'FILE_FAILED' });
  });
});
