import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { compareTables } from '../../../src/recovery/copy/compare.ts';
import { copyDifferences } from '../../../src/recovery/copy/copy.ts';
import { TableReplacedError } from '../../../src/tables/errors.ts';
import { granule, Scratch } from '../../scratch.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));

async function count(table: string): Promise<number> {
  return (await scratch.client.send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count ?? -1;
}

describe('compareTables and copyDifferences', () => {
  test.each(['source', 'target'] as const)(
    'a %s that is deleted and made again while it is compared is refused',
    async (which) => {
      const tables = { source: await scratch.table(granules(20)), target: await scratch.table(granules(10)) };
      const client = scratch.clientBefore('ScanCommand', 2, () => scratch.replaceTable(tables[which]));
      const run = compareTables({ client, ...tables, concurrency: 1 });
      await expect(run).rejects.toThrow(TableReplacedError);
      await expect(run).rejects.toThrow(`Table ${tables[which]} was deleted and made again`);
    },
  );

  test.each(['source', 'target'] as const)(
    'nothing is written where the %s was made again since the comparison',
    async (which) => {
      const tables = { source: await scratch.table(granules(20)), target: await scratch.table(granules(10)) };
      const { client } = scratch;
      const compared = await compareTables({ client, ...tables });
      try {
        await scratch.replaceTable(tables[which], granules(5));
        await expect(copyDifferences({ client, compared })).rejects.toThrow(
          /after it was compared.*\n.*Nothing was written/,
        );
        expect(await count(tables.target)).toBe(which === 'target' ? 5 : 10);
      } finally {
        await compared.differences.close();
      }
    },
  );

  test('what the source got since the comparison is not deleted from the target', async () => {
    const tables = { source: await scratch.table(granules(5)), target: await scratch.table(granules(8)) };
    const { client } = scratch;
    const compared = await compareTables({ client, ...tables });
    try {
      await scratch.put(tables.source, [granule(6)]);
      expect(await copyDifferences({ client, compared })).toEqual({
        ...{ written: 0, deleted: 2, changedMeanwhile: 0, goneMeanwhile: 0, cameMeanwhile: 1 },
      });
      expect(await count(tables.target)).toBe(6);
    } finally {
      await compared.differences.close();
    }
  });

  test('a target that is deleted and made again during the copy is not called copied', async () => {
    const tables = { source: await scratch.table(granules(100)), target: await scratch.table() };
    const client = scratch.clientBefore('BatchWriteItemCommand', 2, () => scratch.replaceTable(tables.target));
    const compared = await compareTables({ client, ...tables });
    try {
      const run = copyDifferences({ client, compared, concurrency: 1 });
      await expect(run).rejects.toThrow(TableReplacedError);
      await expect(run).rejects.toThrow(/100 items were written and 0 deleted, perhaps not all of them in the table/);
    } finally {
      await compared.differences.close();
    }
  });
});
