import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { ownFolder } from '@cumulus/test-kit';
import { client, type Item, itemsOf, putAll } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { runKilled } from './killed.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

/** Of GranulesTable. */
const ITEMS = 20;

const FILE = 'backups/prod-GranulesTable.json';

const folder = ownFolder();
const deployment = ownDeployment({
  perTable: ITEMS,
  made: ['new', 'test', 'copy', 'other', 'piped', 'resumed', 'repaired', 'part'],
});
const operator = async (): Promise<Operator> => {
  const reader = await Operator.at(folder, deployment.environment);
  await reader.run('cumulus-api backup --prefix prod');
  return reader;
};

describePage('docs/how-to/verify.md', {
  operator,
  steps: {
    'cumulus-api verify backups/prod-GranulesTable.json --table test-GranulesTable': {
      before: async (reader) => {
        await reader.run(`cumulus-api restore ${FILE} --table test-GranulesTable --create-table`);
        const [first, second] = (await itemsOf('test-GranulesTable')) as [Item, Item];
        await putAll('test-GranulesTable', [
          { ...first, status: { S: 'damaged' } },
          { ...second, granuleId: { S: 'another' } },
        ]);
      },
      code: 1,
    },
  },
});

describePage('docs/how-to/restore.md', {
  operator,
  steps: {
    'gunzip -c': {
      before: async () => {
        await writeFile(join(folder, 'granules.json.gz'), gzipSync(await readFile(join(folder, FILE))));
      },
      after: async () => expect(await itemsOf('piped-GranulesTable')).toHaveLength(ITEMS),
    },
    '--resume': {
      before: async (reader) => {
        const slow = `cumulus-api restore ${FILE} --table resumed-GranulesTable --create-table --max-write-units 5`;
        await runKilled(reader, slow, `${FILE}.restore-resumed-GranulesTable.checkpoint.json`);
      },
    },
    '--set-aside': {
      before: async () => {
        const pdr = (number: number) => ({ pdrName: { S: `pdr-${number}` }, status: { S: 'completed' } });
        const lines = [pdr(1), { status: { S: 'no key' } }, pdr(2)].map((item) => `${JSON.stringify(item)}\n`);
        await writeFile(join(folder, 'damaged.json'), lines.join(''));
      },
      code: 1,
      after: async () => {
        expect(await itemsOf('repaired-PdrsTable')).toHaveLength(2);
        expect(await readFile(join(folder, 'refused.json'), 'utf8')).toContain('no key');
      },
    },
  },
});

describePage('docs/how-to/look-into-backups.md', {
  operator: async () => {
    const reader = await operator();
    await reader.run('rm -rf monday && mv backups monday');
    const [first, second] = (await itemsOf('prod-GranulesTable')) as [Item, Item];
    await putAll('prod-GranulesTable', [{ ...first, status: { S: 'damaged' } }]);
    await client.send(
      new DeleteItemCommand({ TableName: 'prod-GranulesTable', Key: { granuleId: second['granuleId'] as never } }),
    );
    await reader.run('cumulus-api backup --prefix prod');
    return reader;
  },
  steps: {
    '--list differences.jsonl': { code: 1 },
    'backups diff monday/prod-GranulesTable.json --table': { code: 1 },
    'grep -v': {
      after: async (_, reader) => {
        await reader.run('cumulus-api backups diff monday/prod-GranulesTable.json --table prod-GranulesTable');
      },
    },
  },
});
