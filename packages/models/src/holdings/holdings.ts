import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isObject } from '@cumulus/dynamodb/aws';
import { fromAttributes, getItems, type PlainItem, type ProgressListener, scanItems } from '@cumulus/dynamodb/items';
import { describeTable, requireSameTable, type TableDescription } from '@cumulus/dynamodb/tables';
import { withCurrentFiles } from '../models/earlier-files.ts';
import { OTHER_CLAIMS } from '../models/files.ts';

/** What the FilesTable says of an object: which granules list it. */
export interface FileRow {
  readonly bucket: string;
  readonly key: string;
  /** The granule that it belongs to, and then others that list it too. */
  readonly granules: readonly string[];
}

/** A file as a granule lists it. */
export interface HeldFile {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly fileName: string | undefined;
  /** In bytes. */
  readonly size: number | undefined;
}

/** What the GranulesTable says of a granule's files and publication. Rows of any release are read; fields of a wrong type are left out. */
export interface GranuleHolding {
  readonly granuleId: string;
  readonly collectionId: string | undefined;
  readonly provider: string | undefined;
  readonly status: string | undefined;
  readonly isPublished: boolean;
  /** In milliseconds since 1970. */
  readonly updatedAt: number | undefined;
  readonly files: readonly HeldFile[];
}

export interface ScanHoldingsOptions<T> {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Takes one after the other, in no order that means anything. */
  readonly take: (holding: T) => Promise<void> | undefined;
}

/** What makes sure that it is still the table that was read. */
export type StillSame = () => Promise<void>;

const FILE_ATTRIBUTES = ['bucket', 'key', 'granuleId', OTHER_CLAIMS];
const GRANULE_ATTRIBUTES = ['granuleId', 'collectionId', 'provider', 'status', 'published', 'updatedAt', 'files'];

/**
 * Reads the whole FilesTable, strongly consistent, in bounded memory.
 * @returns how to make sure, at the end of the work, that the table was not replaced meanwhile
 * @throws TableNotFoundError, and what else DynamoDB says
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { scanFileRows } from '@cumulus/models/holdings';
 *
 * let rows = 0;
 * const requireSame = await scanFileRows({
 *   client: createClient(),
 *   table: 'prod-FilesTable',
 *   take: () => {
 *     rows += 1;
 *     return undefined;
 *   },
 * });
 * await requireSame();
 * ```
 */
export function scanFileRows(options: ScanHoldingsOptions<FileRow>): Promise<StillSame> {
  return scan(options, FILE_ATTRIBUTES, fileRowOf);
}

/**
 * Reads the whole GranulesTable, as {@link scanFileRows} reads the other.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { scanGranuleHoldings } from '@cumulus/models/holdings';
 *
 * let bytes = 0;
 * const requireSame = await scanGranuleHoldings({
 *   client: createClient(),
 *   table: 'prod-GranulesTable',
 *   take: ({ files }) => {
 *     for (const { size = 0 } of files) bytes += size;
 *     return undefined;
 *   },
 * });
 * await requireSame();
 * ```
 */
export function scanGranuleHoldings(options: ScanHoldingsOptions<GranuleHolding>): Promise<StillSame> {
  return scan(options, GRANULE_ATTRIBUTES, granuleHoldingOf);
}

/**
 * The rows of these places, as they are now; those that there are, in no order.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findFileRows } from '@cumulus/models/holdings';
 *
 * const table = 'prod-FilesTable';
 * const rows = await findFileRows({ client: createClient(), table }, [{ bucket: 'archive', key: 'G1.hdf' }]);
 * ```
 */
export async function findFileRows(
  context: { readonly client: DynamoDBClient; readonly table: string },
  places: readonly { readonly bucket: string; readonly key: string }[],
): Promise<readonly FileRow[]> {
  const keys = places.map(({ bucket, key }) => ({ bucket, key }));
  return (await getItems({ ...context, consistent: true }, keys)).map(fileRowOf);
}

/**
 * These granules, as they are now; those that there are, in no order.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { findGranuleHoldings } from '@cumulus/models/holdings';
 *
 * const granules = await findGranuleHoldings({ client: createClient(), table: 'prod-GranulesTable' }, ['G1', 'G2']);
 * ```
 */
export async function findGranuleHoldings(
  context: { readonly client: DynamoDBClient; readonly table: string },
  granuleIds: readonly string[],
): Promise<readonly GranuleHolding[]> {
  const keys = granuleIds.map((granuleId) => ({ granuleId }));
  return (await getItems({ ...context, consistent: true }, keys)).map(granuleHoldingOf);
}

async function scan<T>(
  options: ScanHoldingsOptions<T>,
  attributes: readonly string[],
  read: (item: PlainItem) => T,
): Promise<StillSame> {
  const { client, table, maxReadUnits, abortSignal, onProgress, take } = options;
  const described: TableDescription = await describeTable(client, table, abortSignal);
  await scanItems({
    ...{ client, table: described, maxReadUnits, abortSignal, onProgress, attributes },
    phase: 'comparing',
    takeItem: (item) => take(read(fromAttributes(item as Parameters<typeof fromAttributes>[0]))),
  });
  return () => requireSameTable(client, described, 'while it was compared', ['Compare it again.'], abortSignal);
}

function fileRowOf({ bucket, key, granuleId, [OTHER_CLAIMS]: others }: PlainItem): FileRow {
  const owner = typeof granuleId === 'string' ? [granuleId] : [];
  return {
    bucket: String(bucket),
    key: String(key),
    granules: isObject(others) ? [...owner, ...Object.keys(others).sort()] : owner,
  };
}

function granuleHoldingOf(item: PlainItem): GranuleHolding {
  const { granuleId, collectionId, provider, status, published, updatedAt, files } = withCurrentFiles(item);
  return {
    granuleId: String(granuleId),
    collectionId: textOf(collectionId),
    provider: textOf(provider),
    status: textOf(status),
    isPublished: published === true,
    updatedAt: typeof updatedAt === 'number' ? updatedAt : undefined,
    files: Array.isArray(files) ? files.filter(isObject).map(heldFileOf) : [],
  };
}

function heldFileOf({ bucket, key, fileName, size }: { readonly [field: string]: unknown }): HeldFile {
  return {
    bucket: textOf(bucket),
    key: textOf(key),
    fileName: textOf(fileName),
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
