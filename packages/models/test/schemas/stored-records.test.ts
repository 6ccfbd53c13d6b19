import { readFile } from 'node:fs/promises';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { sampleRecords } from '@cumulus/local';
import { expect, test } from '@jest/globals';
import { RECORD_TYPES } from '../../src/schemas/record-type.ts';
import { recordTypes } from '../../src/schemas/record-types.ts';
import { check } from './examples.ts';

/** Backups that release 1.18 wrote. */
const BACKUPS = new URL('../../../dynamodb/test/fixtures/', import.meta.url);

async function linesOf(file: string): Promise<readonly PlainItem[]> {
  const lines = (await readFile(new URL(file, BACKUPS), 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

test('the sample records of every table are taken, and change only by defaults', async () => {
  const seen = new Set<string>();
  for await (const { tableName, records } of sampleRecords()) {
    const name = RECORD_TYPES.find((type) => recordTypes[type].table === tableName);
    if (name === undefined) throw new Error(`${tableName} has no type of records`);
    seen.add(name);
    for (const record of records as readonly PlainItem[]) {
      const checked = await check(name, record);
      expect([record, checked.violations]).toEqual([record, []]);
      expect(checked.record).toMatchObject(record);
    }
  }
  expect([...seen].sort()).toEqual([...RECORD_TYPES]);
});

test('granules that release 1.18 backed up are taken, and keep what later releases added', async () => {
  const typed = (await linesOf('typed-GranulesTable.json')).map((line) => unmarshall(line as never));
  const granules = [...typed, ...(await linesOf('plain-GranulesTable.json'))];
  expect(granules).toHaveLength(400);
  for (const granule of granules) {
    expect([granule, (await check('granule', granule)).violations]).toEqual([granule, []]);
    const later = { ...granule, queryFields: { a: 1 } };
    expect(await check('granule', later, later)).toEqual({ record: expect.objectContaining(later), violations: [] });
  }
});
