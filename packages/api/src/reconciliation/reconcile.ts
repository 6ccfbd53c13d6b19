import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ProgressListener } from '@cumulus/dynamodb/items';
import { InventoryError, openInventory, s3Objects } from '@cumulus/dynamodb/storage';
import type { TableName } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { scanGranuleHoldings } from '@cumulus/models/holdings';
import { constructCollectionId } from '@cumulus/models/schemas';
import { once } from '../aws/clients.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { Cmr } from '../cmr/cmr.ts';
import { NotConfiguredError } from '../errors.ts';
import { type BucketTypes, readBucketTypes } from '../granules/bucket-types.ts';
import { DISTRIBUTED } from '../granules/distributed-buckets.ts';
import { CmrComparison, type ComparedCmr, type KnownCollection } from './cmr/compare-cmr.ts';
import type { LinkRules } from './cmr/held-granule.ts';
import { readDistributionPaths } from './distribution-paths.ts';
import { type ComparedFiles, FileComparison } from './files/compare-files.ts';
import type { ComparedBucket } from './files/objects.ts';
import { Findings } from './findings.ts';
import { type GranuleFilter, isFiltered, isUnknownToCmr, isWanted } from './granule-filter.ts';
import type { Report, ReportPart } from './report.ts';

/** What the files of granules are in, by the types of a deployment's buckets. */
const DATA_BUCKETS = ['private', 'protected', 'public'];

export interface ReconcileOptions {
  readonly client: DynamoDBClient;
  readonly tableName: (name: TableName) => string;
  readonly s3: () => Promise<S3Client>;
  /** Where the deployment describes its buckets; undefined where there is no system bucket. */
  readonly systemObjects: SystemObjects | undefined;
  /** Undefined where CMR cannot be asked. */
  readonly cmr: Cmr | undefined;
  /** Why CMR is not asked. */
  readonly whyNotCmr?: string | undefined;
  /** What is compared with the tables; both unless given. */
  readonly location?: 'S3' | 'CMR' | undefined;
  /** The buckets; those of the deployment unless given here, or by inventories. */
  readonly buckets?: readonly string[] | undefined;
  /** Manifests of S3 inventories, which stand for the listing of their buckets: paths or URLs. */
  readonly inventories?: readonly string[] | undefined;
  readonly filter?: GranuleFilter | undefined;
  readonly maxReadUnits?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly now?: () => number;
}

/**
 * Compares what S3 and CMR have with what the tables say, while all of them are written to. Memory is bounded; what is sorted is on disk.
 * @returns a report that has to be closed
 * @throws NotConfiguredError; StorageError, InventoryError, CmrError, FileError for a full disk, and what else DynamoDB, S3 and CMR say: then
 *   there is no report
 */
export async function reconcile(options: ReconcileOptions): Promise<Report> {
  const { client, tableName, filter = {}, location, maxReadUnits, abortSignal, onProgress, now = Date.now } = options;
  const startedAt = now();
  const scope = await scopeOf(options);
  const findings = new Findings();
  const tables = { filesTable: tableName('FilesTable'), granulesTable: tableName('GranulesTable') };
  const s3 = once(async () => s3Objects(await options.s3(), abortSignal));
  const files =
    location === 'CMR'
      ? undefined
      : new FileComparison({
          ...{ client, ...tables, buckets: scope.buckets, s3, filter, maxReadUnits, onProgress, abortSignal },
        });
  let cmr: CmrComparison | undefined;
  try {
    if (scope.cmr !== undefined) {
      const collections = await collectionsOf(options);
      const { links } = scope;
      const { granulesTable } = tables;
      cmr = await CmrComparison.open({
        ...{ client, granulesTable, cmr: scope.cmr, collections, filter, links, onProgress, abortSignal },
      });
    }
    let granules = 0;
    const requireSame = await scanGranuleHoldings({
      ...{ client, table: tables.granulesTable, maxReadUnits, onProgress, abortSignal },
      take: async (granule) => {
        if (isWanted(granule, filter)) granules += 1;
        await files?.takeGranule(granule);
        await cmr?.takeGranule(granule);
      },
    });
    const comparedFiles = await files?.compare(findings);
    const comparedCmr = await cmr?.compare(findings);
    await requireSame();
    return reportOf({ options, scope, findings, startedAt, endedAt: now(), granules, comparedFiles, comparedCmr });
  } catch (error) {
    await findings.close();
    throw error;
  } finally {
    await Promise.all([files?.close(), cmr?.close()]);
  }
}

/** What is compared, found out before anything is read. */
interface Scope {
  readonly buckets: readonly ComparedBucket[];
  /** Whether somebody chose the buckets, so that nothing is wrong with files elsewhere. */
  readonly areBucketsChosen: boolean;
  readonly cmr: Cmr | undefined;
  readonly whyNotCmr: string | undefined;
  readonly links: LinkRules;
  readonly whyNoLinks: string | undefined;
}

async function scopeOf(options: ReconcileOptions): Promise<Scope> {
  const { buckets, inventories = [], location, s3, abortSignal, systemObjects } = options;
  const areBucketsChosen = buckets !== undefined || inventories.length > 0;
  const wantsCmr = location !== 'S3';
  if (location === 'CMR' && options.cmr === undefined) throw new NotConfiguredError(options.whyNotCmr ?? '');
  const cmr = wantsCmr ? options.cmr : undefined;
  const whyNotCmr = wantsCmr ? options.whyNotCmr : 'CMR was not asked: the report is about S3.';
  const described = await describedBuckets(options, !areBucketsChosen && location !== 'CMR', cmr !== undefined);
  const opened = await Promise.all(inventories.map((each) => openInventory(each, { s3, abortSignal })));
  const names = areBucketsChosen ? (buckets ?? []) : dataBuckets(described.types);
  const compared = new Map<string, ComparedBucket>(names.map((name) => [name, { name, from: 'listing' }]));
  for (const inventory of opened) {
    const { bucket: name } = inventory;
    const other = opened.find((each) => each !== inventory && each.bucket === name);
    if (other !== undefined)
      throw new InventoryError(`${inventory.name} and ${other.name} are of one bucket, ${name}.`, [
        'Give the latest inventory, of the whole bucket.',
      ]);
    compared.set(name, { name, from: inventory });
  }
  const paths = cmr === undefined ? undefined : await readDistributionPaths(systemObjects);
  const { types } = described;
  return {
    buckets: [...compared.values()],
    ...{ areBucketsChosen, cmr, whyNotCmr },
    links: {
      isDistributed: types === undefined ? undefined : (bucket) => DISTRIBUTED.includes(types.get(bucket)),
      pathOf: (bucket) => paths?.get(bucket),
    },
    whyNoLinks: described.why,
  };
}

/** @throws NotConfiguredError where they are needed */
async function describedBuckets(
  { systemObjects }: ReconcileOptions,
  areNeeded: boolean,
  areUseful: boolean,
): Promise<Partial<BucketTypes> & { readonly why?: string | undefined }> {
  if (!areNeeded && !areUseful) return {};
  try {
    return await readBucketTypes(systemObjects);
  } catch (error) {
    if (areNeeded || !(error instanceof NotConfiguredError)) throw error;
    return { why: `Which files are distributed is not known. ${error.problem}` };
  }
}

function dataBuckets(types: BucketTypes['types'] = new Map()): readonly string[] {
  return [...types].filter(([, type]) => DATA_BUCKETS.includes(type)).map(([name]) => name);
}

async function collectionsOf({ client, tableName }: ReconcileOptions): Promise<readonly KnownCollection[]> {
  const { collections } = createModels({ client, tables: tableName as (name: string) => string });
  const all: KnownCollection[] = [];
  for await (const { name, version } of collections.list({ consistent: true }))
    all.push({ id: constructCollectionId({ name, version }), name, version });
  return all;
}

interface Compared {
  readonly options: ReconcileOptions;
  readonly scope: Scope;
  readonly findings: Findings;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly granules: number;
  readonly comparedFiles: ComparedFiles | undefined;
  readonly comparedCmr: ComparedCmr | undefined;
}

function reportOf(compared: Compared): Report {
  const { options, scope, findings, startedAt, endedAt, granules, comparedFiles, comparedCmr } = compared;
  const { location, filter = {} } = options;
  const otherBuckets = Object.fromEntries([...(comparedFiles?.otherBuckets ?? [])].sort());
  const inOtherCollections = comparedCmr?.inOtherCollections ?? 0;
  const areFilesCompared = scope.areBucketsChosen || Object.keys(otherBuckets).length === 0;
  return {
    ...{ startedAt, endedAt, location, filter, granules, findings, otherBuckets },
    isEqual:
      findings.differences === 0 && areFilesCompared && inOtherCollections === 0 && !isAboutNone(filter, granules),
    buckets: scope.buckets.map(({ name, from }) => ({
      name,
      objects: comparedFiles?.objects.get(name) ?? 0,
      listedAt: from === 'listing' ? undefined : from.createdAt.getTime(),
    })),
    withoutPlace: comparedFiles?.withoutPlace ?? 0,
    inOtherCollections,
    lookedAtAgain: {
      places: comparedFiles?.lookedAtAgain.places ?? 0,
      granules: comparedCmr?.lookedAtAgain.granules ?? 0,
      resolved: (comparedFiles?.lookedAtAgain.resolved ?? 0) + (comparedCmr?.lookedAtAgain.resolved ?? 0),
    },
    parts: partsOf(compared),
  };
}

/** Whether a report about some granules found none of them: a name that is written wrongly would make it equal. */
export function isAboutNone(filter: GranuleFilter, granules: number): boolean {
  return isFiltered(filter) && granules === 0;
}

function partsOf({ options, scope, comparedFiles, comparedCmr }: Compared): Report['parts'] {
  const { filter = {} } = options;
  const notS3: ReportPart = { why: 'S3 was not asked: the report is about CMR.' };
  const notCmr: ReportPart = { why: scope.whyNotCmr };
  const hasCollections = comparedCmr?.hasCollections === true;
  const oneWay = isUnknownToCmr(filter)
    ? { onlyInCmr: 'CMR knows neither providers nor when a record was changed' }
    : undefined;
  return {
    filesInCumulus:
      comparedFiles === undefined
        ? notS3
        : {
            without: isFiltered(filter)
              ? { onlyInS3: 'of an object without a row nobody knows the granule' }
              : undefined,
          },
    filesInGranules: comparedFiles === undefined ? notS3 : {},
    collectionsInCumulusCmr:
      comparedCmr === undefined
        ? notCmr
        : hasCollections
          ? {}
          : { why: 'Collections are compared in reports about all granules, or those of collections.' },
    granulesInCumulusCmr: comparedCmr === undefined ? notCmr : { without: oneWay },
    filesInCumulusCmr:
      comparedCmr === undefined ? notCmr : scope.whyNoLinks === undefined ? {} : { why: scope.whyNoLinks },
  };
}
