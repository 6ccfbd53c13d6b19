import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { RestoreOptions } from '../../../src/backup/restore/options.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const restore = (file: string, table: string, more: Partial<RestoreOptions> = {}) =>
  restoreTable({ client: scratch.client, file, table, ...more });
const text = (item: TypedItem) => JSON.stringify(item);
const tooLarge = (number: number) => granule(number, { note: { S: 'x'.repeat(410_000) } });
const NO_SET = '{"granuleId": {"S":"no-set"},  "v":{"NS":["1","1.0"]}}';

function fileOf(lines: readonly string[]): string {
  const path = scratch.path('backup.json');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** A file that its manifest proves, so that no line is looked at: what is wrong in it only DynamoDB can know. */
async function provedFileOf(lines: readonly string[]): Promise<string> {
  const source = await scratch.table();
  const { file, manifest } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
  const content = lines.map((line) => `${line}\n`).join('');
  writeFileSync(file, content);
  const proof = { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') };
  const reported = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify({ ...reported, file: { ...reported.file, ...proof }, items: lines.length }));
  return file;
}

async function count(table: string): Promise<number> {
  return (await scratch.client.send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count ?? -1;
}

describe('restoreTable with a file for lines to set aside', () => {
  test('writes what DynamoDB takes, and keeps each other line as it stands in the backup', async () => {
    const table = await scratch.table();
    const lines = [
      text(granule(1)),
      NO_SET,
      '',
      'no JSON',
      text(granule(2)),
      text(granule(1, { note: { S: 'last' } })),
    ];
    const file = scratch.path('backup.json.gz');
    writeFileSync(file, gzipSync(lines.join('\n')));
    const setAside = scratch.path('aside.json');
    expect(await restore(file, table, { setAside })).toMatchObject({
      ...{ lines: 5, items: 2, superseded: 1, skipped: 0 },
      setAside: {
        file: setAside,
        lines: 2,
        first: [
          { file, line: 2, problem: 'v: a set has two members of the same value' },
          { file, line: 4, problem: expect.stringMatching(/^not JSON/) },
        ],
      },
    });
    expect(readFileSync(setAside, 'utf8')).toBe(`${NO_SET}\nno JSON\n`);
    expect(statSync(setAside).mode & 0o777).toBe(0o600);
    expect(await count(table)).toBe(2);
  });

  test('with nothing to set aside there is no file', async () => {
    const table = await scratch.table();
    const setAside = scratch.path('aside.json');
    const result = await restore(fileOf([text(granule(1))]), table, { setAside });
    expect(result).toMatchObject({ items: 1, setAside: { lines: 0, first: [] } });
    expect(result.setAside?.file).toBeUndefined();
    expect(existsSync(setAside)).toBe(false);
  });

  test('a file that is there is left alone, and nothing is written', async () => {
    const table = await scratch.table();
    const setAside = scratch.path('aside.json');
    writeFileSync(setAside, 'mine');
    await expect(restore(fileOf([text(granule(1)), NO_SET]), table, { setAside })).rejects.toThrow(/exists already/);
    expect(readFileSync(setAside, 'utf8')).toBe('mine');
    expect(await count(table)).toBe(0);
  });

  test('a dry run counts the lines and makes no file', async () => {
    const table = await scratch.table();
    const setAside = scratch.path('aside.json');
    const dryRun = await restore(fileOf([text(granule(1)), NO_SET]), table, { setAside, dryRun: true });
    expect(dryRun).toMatchObject({ dryRun: true, items: 1, lines: 2, setAside: { lines: 1, first: [{ line: 2 }] } });
    expect(existsSync(setAside)).toBe(false);
  });

  test('lines set aside before an interruption are neither lost nor doubled by a resume', async () => {
    const table = await scratch.table();
    const bad = (number: number) => `{"granuleId":{"S":"bad-${number}"},"v":{"SS":[]}}`;
    const numbers = Array.from({ length: 400 }, (_, number) => number);
    const file = fileOf(numbers.flatMap((number) => [text(granule(number)), bad(number)]));
    const setAside = scratch.path('aside.json');
    const interruption = new AbortController();
    const interrupted = restore(file, table, {
      setAside,
      concurrency: 2,
      abortSignal: interruption.signal,
      onProgress: ({ phase, items }) => phase === 'restoring' && items > 150 && interruption.abort(),
    });
    await expect(interrupted).rejects.toThrow(InterruptedError);
    const flushed = readFileSync(setAside, 'utf8');
    expect(flushed).toMatch(/^\{"granuleId":\{"S":"bad-0"\}/);
    // A kill leaves lines that are in the file and not yet in the checkpoint.
    appendFileSync(setAside, `${bad(398)}\n{"granuleId"`);
    const elsewhere = restore(file, table, { resume: true, setAside: scratch.path('other.json') });
    await expect(elsewhere).rejects.toThrow(/it was begun to set lines aside into .*aside\.json/);
    await expect(restore(file, table, { resume: true })).rejects.toThrow(
      /it was begun to set lines aside into .*aside\.json/,
    );
    const resumed = await restore(file, table, { resume: true, setAside });
    expect(resumed).toMatchObject({ resumed: true, items: 400, setAside: { lines: 400 } });
    expect(readFileSync(setAside, 'utf8')).toBe(numbers.map((number) => `${bad(number)}\n`).join(''));
    expect(await count(table)).toBe(400);
  });

  test('a file that is not what the interrupted run left is not continued', async () => {
    const table = await scratch.table();
    const bad = '{"granuleId":{"S":"bad"},"v":{"SS":[]}}';
    const file = fileOf([bad, ...Array.from({ length: 200 }, (_, number) => text(granule(number)))]);
    const setAside = scratch.path('aside.json');
    const interruption = new AbortController();
    const onProgress: RestoreOptions['onProgress'] = ({ phase, items }) =>
      phase === 'restoring' && items > 25 && interruption.abort();
    const interrupted = restore(file, table, {
      setAside,
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress,
    });
    await expect(interrupted).rejects.toThrow(InterruptedError);
    writeFileSync(setAside, 'short');
    await expect(restore(file, table, { resume: true, setAside })).rejects.toThrow(/shorter than the interrupted/);
    expect(readFileSync(setAside, 'utf8')).toBe('short');
  });
});

onDynamoDBLocal('restoreTable, of items that only DynamoDB knows to be too much', () => {
  const lines = [...Array.from({ length: 60 }, (_, number) => text(granule(number)))];
  lines[30] = text(tooLarge(30));

  test('names the one line, counts what was written, and does not advise to resume', async () => {
    const table = await scratch.table();
    const file = await provedFileOf(lines);
    const error = await restore(file, table, { concurrency: 1 }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'StoppedError' });
    const { message } = error as Error;
    expect(message).toContain(`stopped after 30 items: ${file}, line 31: DynamoDB refused the item: Item size`);
    expect(message).toContain('with such lines set aside');
    expect(message).not.toContain('Continue it');
    expect(await count(table)).toBe(30);
  });

  test.each(['overwrite', 'skip'] as const)(
    'with a file for them the other lines are written (%s)',
    async (existing) => {
      const table = await scratch.table([granule(1, { note: { S: 'there' } })]);
      const file = await provedFileOf(lines);
      const setAside = scratch.path('aside.json');
      const skipped = existing === 'skip' ? 1 : 0;
      expect(await restore(file, table, { setAside, existingItems: existing })).toMatchObject({
        ...{ items: 59 - skipped, skipped, lines: 60 },
        setAside: { lines: 1, first: [{ file, line: 31, problem: expect.stringMatching(/Item size has exceeded/) }] },
      });
      expect(readFileSync(setAside, 'utf8')).toBe(`${lines[30]}\n`);
      expect(await count(table)).toBe(59);
    },
  );

  test('after a refusal an interrupted restore goes on with a file for such lines', async () => {
    const table = await scratch.table();
    const file = await provedFileOf(lines);
    await expect(restore(file, table)).rejects.toThrow(/line 31/);
    const setAside = scratch.path('aside.json');
    expect(await restore(file, table, { resume: true, setAside })).toMatchObject({ items: 59, setAside: { lines: 1 } });
    expect(await count(table)).toBe(59);
  });

  test('a target whose index is narrower than the source’s is checked line by line', async () => {
    const index = { name: 'by-c', projection: { ProjectionType: 'ALL' } } as const;
    const key = { hash: { name: 'id', type: 'S' } } as const;
    const [id, c] = [key.hash, { name: 'c', type: 'S' } as const];
    const wide = { key, globalIndexes: [{ ...index, key: { hash: c } }], localIndexes: [] };
    const narrow = { key, globalIndexes: [{ ...index, key: { hash: id, range: c } }], localIndexes: [] };
    const source = await scratch.table([{ id: { S: 'i' }, c: { S: 'c'.repeat(1025) } }], wide);
    const { file } = await backUpTable({ client: scratch.client, table: source, directory: scratch.directory });
    const table = await scratch.table([], narrow);
    await expect(restore(file, table)).rejects.toThrow(/line 1: the index's key attribute c has 1025 bytes/);
    expect(await count(table)).toBe(0);
  });
});
