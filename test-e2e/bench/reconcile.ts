import { join } from 'node:path';
import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import { enterEnvironment } from '@cumulus/local';
import { ArchiveOfFiles, BUCKET } from './archive-of-files.ts';
import type { BenchTables } from './bench-tables.ts';
import { writeBatches } from './granule-batches.ts';
import { type Measured, measure } from './measure.ts';
import { COMMAND } from './program.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';
import { say } from './say.ts';

/** What `reconcile` took. */
interface ReconcileCost extends Measured {
  readonly files: number;
  readonly from: 'listing' | 'inventory';
}

/** Peak memory may grow so much from the small archive to the large one. */
const GROWTH = 1.1;

export interface ReconcileBench {
  readonly sizes: readonly number[];
  readonly directory: string;
  readonly server: string;
}

/** Compares archives of several sizes, in which nothing differs, by the listing of their bucket and by an inventory. */
export async function reportReconcile(
  tables: BenchTables,
  { sizes, directory, server }: ReconcileBench,
): Promise<void> {
  const costs: ReconcileCost[] = [];
  for (const size of sizes) costs.push(...(await bench(tables, new ArchiveOfFiles(size), directory)));
  const rows = costs.map(
    ({ files, from, seconds, cpuSeconds, peakMegabytes }) =>
      `| ${files.toLocaleString('en')} | ${from} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${peakMegabytes.toFixed(0)} | ${growthOf(costs, from, peakMegabytes)} |`,
  );
  process.stdout.write(`
reconcile: as many objects as rows, granules of 3 files each, nothing differs, ${server}

| files | objects by | seconds | processor s | peak MB | memory |
| ----: | ---------- | ------: | ----------: | ------: | ------ |
${rows.join('\n')}
`);
}

function growthOf(costs: readonly ReconcileCost[], from: ReconcileCost['from'], peak: number): string {
  const first = costs.find((cost) => cost.from === from)?.peakMegabytes ?? peak;
  const ratio = peak / first;
  return ratio === 1 ? '' : `${ratio.toFixed(2)} × (≤ ${GROWTH}: ${ratio <= GROWTH ? 'met' : 'NOT MET'})`;
}

async function bench(
  tables: BenchTables,
  archive: ArchiveOfFiles,
  directory: string,
): Promise<readonly ReconcileCost[]> {
  const prefix = `${tables.prefix}-${archive.files}`;
  say(`Loading ${archive.files} files of ${archive.granules} granules`);
  const [filesTable, granulesTable] = [`${prefix}-FilesTable`, `${prefix}-GranulesTable`];
  await create(tables, filesTable, ['bucket', 'key']);
  await create(tables, granulesTable, ['granuleId']);
  const raw = new RawDynamoDB(DEFAULT_WRITE_CONCURRENCY);
  await writeBatches(raw, archive.fileBatches(filesTable), DEFAULT_WRITE_CONCURRENCY);
  await writeBatches(raw, archive.granuleBatches(granulesTable), DEFAULT_WRITE_CONCURRENCY);
  raw.close();
  const manifest = archive.writeInventory(join(directory, prefix));
  const { server, endpoint } = await archive.listen();
  enterEnvironment({ AWS_ENDPOINT_URL_S3: endpoint });
  const run = async (from: ReconcileCost['from'], ...by: readonly string[]): Promise<ReconcileCost> => {
    say(`Comparing ${archive.files} files by ${from}`);
    const command = [COMMAND, 'reconcile', '--prefix', prefix, '--location', 's3', '--json', ...by];
    const measured = await measure(command);
    const { isEqual, filesInCumulus } = JSON.parse(measured.output);
    if (isEqual !== true || filesInCumulus.okCount !== archive.files)
      throw new Error(`not all was compared: ${measured.output}`);
    return { ...measured, files: archive.files, from };
  };
  try {
    return [await run('listing', '--bucket', BUCKET), await run('inventory', '--inventory', manifest)];
  } finally {
    enterEnvironment({ AWS_ENDPOINT_URL_S3: undefined });
    server.closeAllConnections();
    server.close();
    await tables.delete(filesTable);
    await tables.delete(granulesTable);
  }
}

/** By their keys alone: what is read does not depend on indexes, and DynamoDB Local writes more slowly the more there are. */
async function create(tables: BenchTables, TableName: string, keys: readonly string[]): Promise<void> {
  tables.names.add(TableName);
  await tables.client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await waitUntilTableExists({ client: tables.client, maxWaitTime: 60, minDelay: 1 }, { TableName });
}
