import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Condition, conditions, type PlainItem, type ProgressListener, writeIf } from '@cumulus/dynamodb/items';
import { s3Objects } from '@cumulus/dynamodb/storage';
import type { Execution } from '../schemas/execution.ts';
import { liesIn, type PayloadAddress, type PayloadPlace } from './payload-place.ts';
import { addressOf, folderOf } from './pointer.ts';

const CLEANED_FIELDS = ['originalPayload', 'finalPayload'] as const;

/** The attribute that notes objects to be removed: it is there from when nothing points to them until they are gone. */
export const REMOVED = 'removedPayloads';

export interface CleanPayloadsOptions {
  readonly client: DynamoDBClient;
  /** The physical name of the ExecutionsTable. */
  readonly table: string;
  /** Executions that were last changed before this time, in milliseconds since 1970, are cleaned. */
  readonly before: number;
  readonly statuses: readonly Execution['status'][];
  /** The deployment's place in S3; without it, what lies in S3 is left, with the pointers to it. */
  readonly place?: PayloadPlace | undefined;
  /** Gives the client of S3; asked only where there is a place, and an execution to be cleaned or what a run has left. */
  readonly s3: () => Promise<S3Client>;
  /** Only count. */
  readonly dryRun?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What was cleaned, or with `dryRun` would be. */
export interface PayloadsCleaned {
  /** Records in the table that were looked at. */
  readonly executions: number;
  /** Executions whose payloads were removed from their records, all or some. */
  readonly cleaned: number;
  /** Objects that were removed from S3, those that no record pointed to, or an interrupted run had left, included. */
  readonly objects: number;
  /** Executions that were left because they changed meanwhile. */
  readonly changed: number;
  /** Payloads that were left because they lie elsewhere in S3 than in the execution's part of the place. */
  readonly left: number;
}

/** What was cleaned so far. */
export type Counts = { -readonly [Count in keyof PayloadsCleaned]: PayloadsCleaned[Count] };

/** The conditions for an execution to be cleaned. */
export function cleanable({ before, statuses }: CleanPayloadsOptions): readonly Condition[] {
  const { absent, allOf, anyOf, equals, exists, less } = conditions;
  return [
    anyOf(less('updatedAt', before), allOf(absent('updatedAt'), less('timestamp', before))),
    anyOf(...statuses.map((status) => equals('status', status))),
    anyOf(...CLEANED_FIELDS.map(exists)),
  ];
}

/** What to do with one execution. */
interface Cleaning {
  /** Fields to remove from the record. */
  readonly fields: readonly string[];
  /** Objects that nothing points to then. */
  readonly objects: readonly PayloadAddress[];
  /** What is noted of objects elsewhere. */
  readonly othersNoted: readonly PayloadAddress[];
  /** Payloads that are left. */
  readonly left: number;
}

async function cleaningOf(item: PlainItem, options: CleanPayloadsOptions): Promise<Cleaning> {
  const folder = options.place && folderOf(String(item['arn']), options.place);
  const isOwn = (address: PayloadAddress): boolean => folder !== undefined && liesIn(folder, address);
  const payloads = CLEANED_FIELDS.filter((field) => item[field] !== undefined).map((field) => ({
    field,
    address: addressOf(item[field]),
  }));
  const isRemovable = ({ address }: (typeof payloads)[number]): boolean => address === undefined || isOwn(address);
  const isMeant = isCleanable(item, options);
  const removed = isMeant ? payloads.filter(isRemovable) : [];
  // An event may have written a noted object again, so that it is pointed to.
  const staying = payloads.filter((payload) => !removed.includes(payload)).map(({ address }) => address?.key);
  const noted = (item[REMOVED] ?? []) as readonly PayloadAddress[];
  const unneeded = [
    ...removed.flatMap(({ address }) => address ?? []),
    ...noted.filter(isOwn),
    ...(folder !== undefined && removed.length > 0 ? await oldPayloadsIn(folder, options) : []),
  ];
  const objects = new Map(unneeded.map((address) => [address.key, address]));
  for (const key of staying) objects.delete(key ?? '');
  const othersNoted = noted.filter((address) => !isOwn(address));
  return {
    fields: removed.map(({ field }) => field),
    objects: [...objects.values()],
    othersNoted,
    left: (isMeant ? payloads.length - removed.length : 0) + othersNoted.length,
  };
}

/** The payloads in an execution's part of the place, whether its record points to them or not, but for recent ones. */
async function oldPayloadsIn(folder: PayloadPlace, options: CleanPayloadsOptions): Promise<readonly PayloadAddress[]> {
  const begin = `${folder.prefix}/`;
  const s3 = await s3Objects(await options.s3());
  const listed = await s3.list({ bucket: folder.bucket, key: begin });
  return listed
    .filter(({ key }) => CLEANED_FIELDS.some((field) => key.startsWith(`${begin}${field}-`)))
    .filter(({ lastModified }) => lastModified !== undefined && lastModified.getTime() < options.before)
    .map(({ bucket, key }) => ({ bucket, key }));
}

function isCleanable(item: PlainItem, { before, statuses }: CleanPayloadsOptions): boolean {
  const time = item['updatedAt'] ?? item['timestamp'];
  return typeof time === 'number' && time < before && statuses.some((status) => status === item['status']);
}

/** Cleans an execution, and adds what was done to the counts. */
export async function clean(options: CleanPayloadsOptions, item: PlainItem, counts: Counts): Promise<void> {
  const { fields, objects, othersNoted, left } = await cleaningOf(item, options);
  counts.left += left;
  if (options.dryRun) {
    if (fields.length > 0) counts.cleaned += 1;
    counts.objects += objects.length;
    return;
  }
  let noted = item[REMOVED];
  if (fields.length > 0) {
    const note = noteOf([...objects, ...othersNoted]);
    if (!(await forget(options, item, fields, note))) {
      counts.changed += 1;
      return;
    }
    counts.cleaned += 1;
    noted = note;
  }
  if (objects.length > 0) {
    const s3 = await s3Objects(await options.s3());
    for (const object of objects) {
      await s3.remove(object);
      counts.objects += 1;
    }
  }
  if (noted !== undefined && noteOf(othersNoted) === undefined) await endNote(options, item, noted);
}

function noteOf(addresses: readonly PayloadAddress[]): readonly PayloadAddress[] | undefined {
  return addresses.length === 0 ? undefined : addresses;
}

/**
 * Removes fields from a record, and notes the objects to remove.
 * @returns false if the record is no longer what was read
 */
async function forget(
  { client, table }: CleanPayloadsOptions,
  item: PlainItem,
  fields: readonly string[],
  note: readonly PayloadAddress[] | undefined,
): Promise<boolean> {
  const { equals, exists } = conditions;
  const outcome = await writeIf(client, {
    kind: 'update',
    table,
    key: { arn: item['arn'] },
    changes: { set: { [REMOVED]: note }, remove: note === undefined ? [...fields, REMOVED] : fields },
    conditions: [
      exists('arn'),
      ...['status', 'updatedAt', 'timestamp', REMOVED].map((field) => equals(field, item[field])),
      // A payload of the same event stays the same; what is large is not sent back to be compared.
      ...CLEANED_FIELDS.map((field) =>
        item[field] === undefined || addressOf(item[field]) ? equals(field, item[field]) : exists(field),
      ),
    ],
  });
  // If an answer was lost, the request is sent again and finds the work done.
  return (
    outcome.done || (outcome.present !== undefined && fields.every((field) => !(field in (outcome.present ?? {}))))
  );
}

/** Removes a note, unless there is another one by now. */
async function endNote({ client, table }: CleanPayloadsOptions, item: PlainItem, note: unknown): Promise<void> {
  await writeIf(client, {
    kind: 'update',
    table,
    key: { arn: item['arn'] },
    changes: { remove: [REMOVED] },
    conditions: [conditions.equals(REMOVED, note)],
  });
}
