import { type Context, count, keepHeapSmall, number, type Outcome, type Task, tableNames } from '@cumulus/cli';
import { createAwsClients } from '../../aws/clients.ts';
import { SystemObjects } from '../../aws/system-objects.ts';
import { Cmr } from '../../cmr/cmr.ts';
import { cmrSettingsFrom } from '../../cmr-settings.ts';
import { LISTS, PARTS, type Part } from '../../reconciliation/findings.ts';
import { isAboutNone, reconcile } from '../../reconciliation/reconcile.ts';
import { countsOf, type Report } from '../../reconciliation/report.ts';
import { writeReport } from '../../reconciliation/write-report.ts';
import type { ReconcileCommandOptions } from './options.ts';

/** Differences that are shown of each list; all are counted. */
const SHOWN = 10;

/** @throws FileError if the file of --tables does not name a table */
export async function runReconcile(options: ReconcileCommandOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const tableName = await tableNames(options, ['FilesTable', 'GranulesTable', 'CollectionsTable']);
  const { prefix, 'system-bucket': bucket, stack: stackName = prefix, location } = options;
  const { client, s3, abortSignal, onProgress } = context;
  const systemObjects = bucket === undefined ? undefined : new SystemObjects({ clients: { s3 }, bucket, stackName });
  const run = async (): Promise<readonly Outcome[]> => {
    const report = await reconcile({
      ...{ client, tableName, s3, systemObjects, abortSignal, onProgress },
      ...cmrOf(systemObjects, context),
      location: location === 'all' ? undefined : location === 's3' ? 'S3' : 'CMR',
      buckets: options.bucket,
      inventories: options.inventory,
      filter: options.collection === undefined ? {} : { collectionIds: options.collection },
      maxReadUnits: options['max-read-units'],
    });
    try {
      if (options.report !== undefined) await writeReport(report, options.report, { s3, abortSignal });
      // A person gets the numbers, and the first of each list.
      if (options.json || options['json-lines'])
        await context.writeResults(differencesOf(report), { json: (difference) => difference, line: (line) => line });
      return [await outcomeOf(report, options)];
    } finally {
      await report.findings.close();
    }
  };
  return [{ table: null, run }];
}

/** CMR, by the variables that the functions of a deployment have. */
function cmrOf(systemObjects: SystemObjects | undefined, { client }: Context) {
  const settings = cmrSettingsFrom(process.env);
  if (settings.missing.length > 0)
    return { cmr: undefined, whyNotCmr: `CMR was not asked: ${settings.missing.join(', ')} not set.` };
  return { cmr: new Cmr({ settings, clients: createAwsClients(client), systemObjects, now: Date.now }) };
}

/** Each difference as JSON. */
async function* differencesOf({ findings }: Report): AsyncGenerator<string, void> {
  for (const part of PARTS) {
    for (const list of LISTS[part]) {
      const head = JSON.stringify({ command: 'reconcile', part, list }).slice(0, -1);
      for await (const entries of findings.read(part, list))
        for (const entry of entries) yield `${head},"entry":${entry}}`;
    }
  }
}

const NAMES: { readonly [part in Part]: string } = {
  filesInCumulus: 'S3 and FilesTable',
  filesInGranules: 'granules and FilesTable',
  collectionsInCumulusCmr: 'collections and CMR',
  granulesInCumulusCmr: 'granules and CMR',
  filesInCumulusCmr: "files and CMR's links",
};

const LIST_NAMES: { readonly [list: string]: string } = {
  onlyInS3: 'only in S3',
  onlyInDynamoDb: 'only in FilesTable',
  wrongSize: 'of another size',
  onlyInGranules: 'only in granules',
  onlyInFiles: 'only in FilesTable',
  onlyInCumulus: 'only in Cumulus',
  onlyInCmr: 'only in CMR',
};

async function outcomeOf(report: Report, { report: file }: ReconcileCommandOptions): Promise<Outcome> {
  const { isEqual, findings, buckets, otherBuckets, withoutPlace, inOtherCollections, lookedAtAgain } = report;
  const counts = Object.fromEntries(
    PARTS.map((part) => [part, countsOf(report, part) ?? { notCompared: report.parts[part].why }]),
  );
  const lines = [count(report.granules, 'granule')];
  for (const part of PARTS) lines.push(...(await describePart(report, part)));
  for (const { name, objects, listedAt } of buckets) {
    const as = listedAt === undefined ? '' : ` by its inventory of ${new Date(listedAt).toISOString()}`;
    lines.push(`s3://${name}: ${count(objects, 'object')}${as}`);
  }
  const { places, granules, resolved } = lookedAtAgain;
  if (places + granules > 0)
    lines.push(`looked at again: ${count(places + granules, 'difference')}, of which ${number(resolved)} were gone`);
  if (withoutPlace > 0) lines.push(`${count(withoutPlace, 'file')} of granules without a place in S3`);
  if (file !== undefined) lines.push(`report: ${file}`);
  const { differences } = findings;
  return {
    result: {
      ...{
        table: null,
        isEqual,
        differences,
        granules: report.granules,
        ...counts,
        buckets,
        filesInOtherBuckets: otherBuckets,
      },
      ...{ withoutPlace, inOtherCollections, lookedAtAgain, report: file },
    },
    isSummary: true,
    lines,
    failure: isEqual ? undefined : failureOf(report),
  };
}

async function describePart(report: Report, part: Part): Promise<readonly string[]> {
  const { findings, parts } = report;
  const { why, without = {} } = parts[part];
  if (why !== undefined) return [`${NAMES[part]}: not compared. ${why}`];
  const counts = countsOf(report, part);
  const listed = Object.entries(counts?.lists ?? {});
  const numbers = listed.map(([list, size]) => `${number(size)} ${LIST_NAMES[list]}`);
  const lines = [`${NAMES[part]}: ${number(counts?.okCount ?? 0)} the same, ${numbers.join(', ')}`];
  for (const [list, reason] of Object.entries(without))
    lines.push(`  not compared: ${LIST_NAMES[list]}, since ${reason}`);
  for (const [list, size] of listed) {
    if (size === 0) continue;
    lines.push(`  ${LIST_NAMES[list]}:`);
    const first: string[] = [];
    for await (const entries of findings.read(part, list)) {
      first.push(...entries.slice(0, SHOWN - first.length));
      if (first.length === SHOWN) break;
    }
    lines.push(...first.map((entry) => `    ${describeEntry(JSON.parse(entry))}`));
    if (size > first.length) lines.push(`    and ${number(size - first.length)} more`);
  }
  return lines;
}

function describeEntry(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  return Object.entries(entry as object)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ');
}

function failureOf({ filter, granules, findings, otherBuckets, inOtherCollections }: Report): string {
  const { differences } = findings;
  const others = Object.entries(otherBuckets);
  const elsewhere =
    others.length === 0
      ? []
      : [
          `The tables have files in buckets that were not compared: ${others.map(([name, files]) => `${name} (${number(files)})`).join(', ')}. Name them by --bucket.`,
        ];
  return [
    ...(isAboutNone(filter, granules) ? ['The tables have none of the granules that are asked for.'] : []),
    ...(differences === 0 ? [] : [`${count(differences, 'difference')} between the tables, S3 and CMR.`]),
    ...elsewhere,
    ...(inOtherCollections === 0
      ? []
      : [`${count(inOtherCollections, 'granule')} not compared with CMR: their collection is not in both.`]),
  ].join('\n  ');
}
