import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { createClient, createS3Client } from '../../src/aws/client.ts';
import { DEFAULT_RETRY_POLICY, INTERACTIVE_RETRY_POLICY } from '../../src/aws/retry-policy.ts';
import { backUpTable } from '../../src/backup/back-up/back-up.ts';
import { noteProof } from '../../src/backup/catalogue/note-proof.ts';
import { gatherProtection } from '../../src/protection/gather.ts';
import type { ProtectionFacts, TableFacts } from '../../src/protection/report.ts';
import { schemaOf, TABLE_DEFINITIONS } from '../../src/tables/index.ts';
import { granule, Scratch } from '../scratch.ts';

const scratch = new Scratch();
const { client } = scratch;

async function factsOf(prefix: string, backups?: string): Promise<TableFacts> {
  const { tables } = await gatherProtection({ client, prefix, backups });
  return tables.find(({ name }) => name === 'GranulesTable') as TableFacts;
}

/** A deployment of one table, which has a backup. */
async function backedUp(): Promise<{ readonly prefix: string; readonly table: string; readonly file: string }> {
  const table = await scratch.table([granule(1), granule(2)]);
  const { file } = await backUpTable({ client, table, directory: scratch.directory });
  return { prefix: table.slice(0, -'-GranulesTable'.length), table, file };
}

describe('gatherProtection', () => {
  test('names the facts that the server does not support as unknown, not as off', async () => {
    const { prefix } = await backedUp();
    const { pointInTime, onDemand, export: exported, exists } = await factsOf(prefix);
    expect(exists).toBe(true);
    expect([pointInTime, onDemand, exported]).toEqual(
      ['DescribeContinuousBackups', 'ListBackups', 'ListExports'].map((action) => ({
        known: false,
        because: `the server does not support dynamodb:${action}`,
      })),
    );
  });

  test('lists all tables of the definitions, those that are missing too; that of the counts only if it exists', async () => {
    const { prefix } = await backedUp();
    const { tables } = await gatherProtection({ client, prefix });
    expect(tables.map(({ name, exists }) => [name, exists])).toEqual(
      TABLE_DEFINITIONS.map(({ name }) => [name, name === 'GranulesTable']),
    );
  });

  test('knows nothing of backup files and rehearsals where no folder is named', async () => {
    const { prefix } = await backedUp();
    const because = 'not asked: no folder of backups was named';
    expect(await factsOf(prefix)).toMatchObject({
      backup: { known: false, because },
      provedBackup: { known: false, because },
    });
  });

  test('finds the newest backup file, and that it is proved once a proof is noted', async () => {
    const { prefix, table, file } = await backedUp();
    const backup = { file, items: 2, proofs: [] };
    expect(await factsOf(prefix, scratch.directory)).toMatchObject({
      backup: { known: true, value: backup },
      provedBackup: { known: true, value: null },
      restorable: [{ by: 'backup', proved: false }],
    });
    const again = await backUpTable({ client, table, directory: scratch.directory });
    await noteProof(file, { ...again, how: 'table', table });
    const proofs = [{ how: 'table', at: expect.any(String), table }];
    expect(await factsOf(prefix, scratch.directory)).toMatchObject({
      backup: { known: true, value: { file, proofs } },
      provedBackup: { known: true, value: { file, proofs } },
      // Both files may hold the same bytes.
      restorable: [{ by: 'backup' }, { by: 'backup', proved: true }],
    });
  });

  test('does not count a backup of an earlier table of the same name, and names it', async () => {
    const { prefix, table, file } = await backedUp();
    await scratch.replaceTable(table, [granule(1)]);
    expect(await factsOf(prefix, scratch.directory)).toMatchObject({
      backup: { known: true, value: null },
      otherTableBackups: [{ file }],
      restorable: [],
    });
    await backUpTable({ client, table, directory: scratch.directory });
    expect(await factsOf(prefix, scratch.directory)).toMatchObject({
      backup: { known: true, value: { file, items: 1 } },
      otherTableBackups: [],
    });
  });

  test('does not count a file without its manifest, and names it', async () => {
    const { prefix, file } = await backedUp();
    rmSync(`${file}.manifest.json`);
    expect(await factsOf(prefix, scratch.directory)).toMatchObject({
      backup: { known: true, value: null },
      backupProblems: [{ file, problem: 'it has no manifest, so nothing is known of it.' }],
    });
  });

  test('is as of AWS’s clock, where this machine’s is wrong', async () => {
    const { prefix } = await backedUp();
    // The SDK sends a refused request again where the clocks differ.
    const ahead = createClient({ retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: 1 } });
    const hours = 2 * 3_600_000;
    ahead.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = result.response as { readonly headers: Record<string, string> };
        headers['date'] = new Date(Date.now() + hours).toUTCString();
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    const { at } = await gatherProtection({ client: ahead, prefix }).finally(() => ahead.destroy());
    expect(Math.abs(Date.parse(at) - Date.now() - hours)).toBeLessThan(60_000);
  });

  test('a folder that cannot be read leaves its backups unknown, with the reason', async () => {
    const { prefix } = await backedUp();
    const nowhere = scratch.path('nowhere');
    const { backupsUnreadable, tables }: ProtectionFacts = await gatherProtection({ client, prefix, backups: nowhere });
    expect(backupsUnreadable).toContain(`${nowhere}: no such file or directory`);
    for (const { backup } of tables) expect(backup).toEqual({ known: false, because: backupsUnreadable });
  });

  test('a folder that takes longer than it may leaves its backups unknown; the other facts are known', async () => {
    const { prefix } = await backedUp();
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { tables, backupsUnreadable } = await gatherProtection({
      ...{ client, prefix, backups: 's3://backups/here', backupsTimeLimit: 200 },
      s3: () => createS3Client({ endpoint, retryPolicy: INTERACTIVE_RETRY_POLICY }),
    });
    silent.closeAllConnections();
    silent.close();
    expect(backupsUnreadable).toBe('reading them took longer than 0.2 seconds');
    expect(tables.find(({ name }) => name === 'GranulesTable')).toMatchObject({
      exists: true,
      backup: { known: false, because: backupsUnreadable },
    });
  });

  test('takes tables by other names than those of the prefix', async () => {
    const { prefix, table } = await backedUp();
    const tableName = (name: string): string => (name === 'RulesTable' ? table : `${prefix}-${name}`);
    const { tables } = await gatherProtection({ client, prefix, tableName });
    expect(tables.find(({ name }) => name === 'RulesTable')).toMatchObject({ table, exists: true });
  });
});

onDynamoDBLocal('gatherProtection on DynamoDB Local', () => {
  test('reads deletion protection and the stream of a table', async () => {
    const [definition] = TABLE_DEFINITIONS.filter(({ name }) => name === 'GranulesTable');
    const table = await scratch.table([], schemaOf(definition as (typeof TABLE_DEFINITIONS)[number]));
    expect(await factsOf(table.slice(0, -'-GranulesTable'.length))).toMatchObject({
      deletionProtection: { known: true, value: false },
      stream: { known: true, value: { viewType: 'NEW_AND_OLD_IMAGES' } },
      encryption: { known: true, value: { type: 'AWS_OWNED' } },
    });
  });
});
