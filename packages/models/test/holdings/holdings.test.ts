import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { TableReplacedError } from '@cumulus/dynamodb/tables';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, expect, test } from '@jest/globals';
import {
  type FileRow,
  findFileRows,
  findGranuleHoldings,
  type GranuleHolding,
  scanFileRows,
  scanGranuleHoldings,
} from '../../src/holdings/holdings.ts';

const client = createClient();
const tables = ownTables();
afterAll(() => client.destroy());

test('all rows of files are read, with each granule that lists the file', async () => {
  const claim = { M: { createdAt: { N: '1' } } };
  const table = await tables.create(
    [
      { bucket: { S: 'a' }, key: { S: 'k/1' }, granuleId: { S: 'G1' }, size: { N: '7' } },
      { bucket: { S: 'a' }, key: { S: 'é' }, granuleId: { S: 'G3' }, otherClaims: { M: { G2: claim, G1: claim } } },
      { bucket: { S: 'b' }, key: { S: 'k/1' } },
    ],
    ['bucket', 'key'],
  );
  const rows: FileRow[] = [];
  const requireSame = await scanFileRows({ client, table, take: (row) => void rows.push(row) });
  await requireSame();
  const wanted = [
    { bucket: 'a', key: 'k/1', granules: ['G1'] },
    { bucket: 'a', key: 'é', granules: ['G3', 'G1', 'G2'] },
    { bucket: 'b', key: 'k/1', granules: [] },
  ];
  const inOrder = (all: readonly FileRow[]) => all.toSorted((a, b) => (a.bucket + a.key < b.bucket + b.key ? -1 : 1));
  expect(inOrder(rows)).toEqual(wanted);
  const places = [...wanted, { bucket: 'c', key: 'none' }];
  expect(inOrder(await findFileRows({ client, table }, places))).toEqual(wanted);
});

test('granules of any release are read; what is of a wrong type is left out', async () => {
  const file = (fields: object) => ({ M: fields as Record<string, { S: string }> });
  const table = await tables.create([
    {
      ...{ granuleId: { S: 'G1' }, collectionId: { S: 'A___1' }, provider: { S: 'p' }, status: { S: 'completed' } },
      ...{ published: { BOOL: true }, updatedAt: { N: '5' }, error: { S: 'not read' } },
      files: {
        L: [
          file({ bucket: { S: 'b' }, key: { S: 'k' }, fileName: { S: 'k' }, size: { N: '7' } }),
          file({ name: { S: 'old' }, filename: { S: 's3://b/a/old' }, fileSize: { N: '8' } }),
          file({ bucket: { N: '1' }, key: { S: '' }, size: { N: '-1' } }),
          { S: 'no file' },
        ],
      },
    },
    { granuleId: { S: 'G2' }, files: { S: 'none' }, published: { S: 'yes' }, updatedAt: { S: 'now' } },
  ]);
  const granules: GranuleHolding[] = [];
  await scanGranuleHoldings({ client, table, take: (granule) => void granules.push(granule) });
  const none = { bucket: undefined, key: undefined, fileName: undefined, size: undefined };
  const wanted = [
    {
      ...{
        granuleId: 'G1',
        collectionId: 'A___1',
        provider: 'p',
        status: 'completed',
        isPublished: true,
        updatedAt: 5,
      },
      files: [
        { bucket: 'b', key: 'k', fileName: 'k', size: 7 },
        { bucket: 'b', key: 'a/old', fileName: 'old', size: 8 },
        none,
      ],
    },
    {
      ...{ granuleId: 'G2', collectionId: undefined, provider: undefined, status: undefined },
      ...{ isPublished: false, updatedAt: undefined, files: [] },
    },
  ];
  const inOrder = (all: readonly GranuleHolding[]) => all.toSorted((a, b) => (a.granuleId < b.granuleId ? -1 : 1));
  expect(inOrder(granules)).toEqual(wanted);
  expect(inOrder(await findGranuleHoldings({ client, table }, ['G2', 'G1', 'G3']))).toEqual(wanted);
});

test('a table that was deleted since is noticed', async () => {
  const table = await tables.create([{ granuleId: { S: 'G1' } }]);
  const requireSame = await scanGranuleHoldings({ client, table, take: () => undefined });
  await client.send(new DeleteTableCommand({ TableName: table }));
  await expect(requireSame()).rejects.toThrow(TableReplacedError);
});
