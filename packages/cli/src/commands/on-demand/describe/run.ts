import {
  type BackedUpIndex,
  type BackedUpKey,
  describeOnDemandBackup,
  tableOfBackup,
} from '@cumulus/dynamodb/recovery';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, size, zonedTime } from '../../../output/format.ts';
import { backupFields, backupLines } from '../describe-backup.ts';
import type { DescribeOptions } from './options.ts';

export async function runDescribe({ backup }: DescribeOptions, context: Context): Promise<readonly Task[]> {
  return [{ table: tableOfBackup(backup), run: async () => [await describe(backup, context)] }];
}

async function describe(backupArn: string, { client, abortSignal }: Context): Promise<Outcome> {
  const { source, ...backup } = await describeOnDemandBackup(client, backupArn, abortSignal);
  const { items, bytes, billingMode, key, features, createdAt } = source;
  const facts = [
    items === undefined ? 'unknown size' : `about ${count(items, 'item')}`,
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...(billingMode === undefined ? [] : [billingMode]),
    ...(createdAt === undefined ? [] : [`created ${zonedTime(createdAt)}`]),
  ];
  return {
    result: { ...backupFields(backup), source },
    lines: [
      `${backup.table}: ${backup.name}`,
      ...backupLines(backup),
      `  of a table of ${facts.join(', ')}`,
      `  key ${describeKey(key)}`,
      ...(features === undefined
        ? ['  indexes, stream and time to live: the server does not return them']
        : [
            ...[...features.globalIndexes, ...features.localIndexes].map(describeIndex),
            `  stream ${features.stream ?? 'off'}, time to live ${features.ttlAttribute ?? 'off'}, encryption ${features.encryption ?? 'by a key of AWS'}`,
          ]),
    ],
  };
}

function describeIndex({ name, key }: BackedUpIndex): string {
  return `  index ${name}: ${describeKey(key)}`;
}

/** `granuleId (HASH), collectionId (RANGE)`; a backup does not have their types. */
function describeKey({ hash, moreHash = [], range, moreRange = [] }: BackedUpKey): string {
  const ranges = range === undefined ? [] : [range, ...moreRange];
  return [...[hash, ...moreHash].map((name) => `${name} (HASH)`), ...ranges.map((name) => `${name} (RANGE)`)].join(
    ', ',
  );
}
