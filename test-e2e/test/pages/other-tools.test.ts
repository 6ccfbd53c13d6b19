import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { createTable, type Item, itemsOf, stringKeyed } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { exportFiles } from '../recovery/export-fixture.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const EXPORT = 'prod/AWSDynamoDB/01693685827463-2d8752fd';

const keyOf = (number: number): Item => ({ pdrName: { S: `pdr-${number}` } });
const pdr = (number: number, status = 'completed'): Item => ({ ...keyOf(number), status: { S: status } });
const linesOf = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws')), 'the page on files of other tools', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'exports');
  const deployment = ownDeployment({ moto, perTable: 3, made: ['new', 'exported', 'changed', 'csv'] });

  describePage('docs/how-to/other-tools.md', {
    operator: async () => {
      for (const [name, content] of exportFiles([[pdr(1), pdr(2)], [pdr(3)]], {}, EXPORT)) {
        await bucket.put(`${EXPORT}/${name}`, content);
        const path = join(folder, EXPORT, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
      return Operator.at(folder, deployment.environment);
    },
    steps: {
      'aws dynamodb scan': {
        // The AWS CLI does not read AWS_REGION in its version 1.
        environment: { AWS_DEFAULT_REGION: process.env['AWS_REGION'] },
        after: async () => expect(await itemsOf('new-PdrsTable')).toHaveLength(3),
      },
      's3://exports/': { after: async () => expect(await itemsOf('exported-PdrsTable')).toHaveLength(3) },
      'FULL=': {
        before: async () => {
          const Metadata = { WriteTimestampMicros: { N: '1' } };
          const changes = [
            { Metadata, Keys: keyOf(1) },
            { Metadata, Keys: keyOf(2), NewImage: pdr(2, 'failed') },
          ];
          await writeFile(join(folder, 'changes.json'), linesOf(changes));
        },
        known: { FULL: join(folder, EXPORT), CHANGES: join(folder, 'changes.json') },
        after: async () => {
          const applied = await itemsOf('changed-PdrsTable');
          expect(applied).toHaveLength(2);
          expect(applied).toEqual(expect.arrayContaining([pdr(2, 'failed'), pdr(3)]));
        },
      },
      'pdrs.csv': {
        before: async () => {
          await createTable(stringKeyed('csv-PdrsTable', ['pdrName']));
          await writeFile(join(folder, 'pdrs.csv'), 'pdrName,status\npdr-1,completed\n');
        },
        after: async () => expect(await itemsOf('csv-PdrsTable')).toEqual([pdr(1)]),
      },
    },
  });
});
