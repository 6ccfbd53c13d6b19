import { loadavg } from 'node:os';
import { join } from 'node:path';
import { enterEnvironment } from '@cumulus/local';
import { ArchiveOfFiles, BUCKET } from './archive-of-files.ts';
import { ArchiveServer } from './archive-server.ts';
import { type Measured, measure } from './measure.ts';
import { COMMAND } from './program.ts';
import { say } from './say.ts';

/** What `reconcile` took. */
interface ReconcileCost extends Measured {
  readonly files: number;
  readonly from: 'listing' | 'inventory';
}

/** Peak memory may grow so much from the first archive to the others. */
const GROWTH = 1.1;

/** Compares archives of several sizes, in which nothing differs, by the listing of their bucket and by an inventory. */
export async function reportReconcile(sizes: readonly number[], directory: string): Promise<void> {
  const costs: ReconcileCost[] = [];
  for (const size of sizes) costs.push(...(await bench(new ArchiveOfFiles(size), directory)));
  const rows = costs.map(
    ({ files, from, seconds, cpuSeconds, peakMegabytes }) =>
      `| ${files.toLocaleString('en')} | ${from} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${peakMegabytes.toFixed(0)} | ${growthOf(costs, from, peakMegabytes)} |`,
  );
  process.stdout.write(`
reconcile: as many objects as rows, granules of 3 files each, nothing differs; S3 and DynamoDB are played; load ${loadavg()[0]?.toFixed(1)}

| files | objects by | seconds | processor s | peak MB | memory |
| ----: | ---------- | ------: | ----------: | ------: | ------ |
${rows.join('\n')}
`);
}

function growthOf(costs: readonly ReconcileCost[], from: ReconcileCost['from'], peak: number): string {
  const ratio = peak / (costs.find((cost) => cost.from === from)?.peakMegabytes ?? peak);
  return ratio === 1 ? '' : `${ratio.toFixed(2)} × (≤ ${GROWTH}: ${ratio <= GROWTH ? 'met' : 'NOT MET'})`;
}

async function bench(archive: ArchiveOfFiles, directory: string): Promise<readonly ReconcileCost[]> {
  const manifest = archive.writeInventory(join(directory, String(archive.files)));
  const { server } = new ArchiveServer(archive);
  const endpoint = await server.listen();
  const { AWS_ENDPOINT_URL_DYNAMODB: usual } = process.env;
  enterEnvironment({ AWS_ENDPOINT_URL_S3: endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  const run = async (from: ReconcileCost['from'], ...by: readonly string[]): Promise<ReconcileCost> => {
    say(`Comparing ${archive.files} files by ${from}`);
    const measured = await measure([COMMAND, 'reconcile', '--prefix', 'bench', '--location', 's3', '--json', ...by]);
    const { isEqual, filesInCumulus } = JSON.parse(measured.output).summary;
    if (isEqual !== true || filesInCumulus.okCount !== archive.files)
      throw new Error(`not all was compared: ${measured.output}`);
    return { ...measured, files: archive.files, from };
  };
  try {
    return [await run('listing', '--bucket', BUCKET), await run('inventory', '--inventory', manifest)];
  } finally {
    enterEnvironment({ AWS_ENDPOINT_URL_S3: undefined, AWS_ENDPOINT_URL_DYNAMODB: usual });
    server.close();
  }
}
