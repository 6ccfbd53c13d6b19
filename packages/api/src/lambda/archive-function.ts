import { archiveBatch, type FollowEvent, followTable } from '@cumulus/dynamodb/archive';
import { createClient, createS3Client, createStreamsClient, forEachAtOnce, isObject } from '@cumulus/dynamodb/aws';
import { withObjectSettings } from '@cumulus/dynamodb/storage';
import type { BatchResult } from '../events/deliveries.ts';
import { createLog } from '../logging/create-log.ts';
import { type Log, withFields } from '../logging/log.ts';
import type { Environment } from '../settings.ts';
import { ArchiveEventError } from './archive-errors.ts';
import { type ArchiveSettings, archiveSettingsFromEnvironment } from './archive-settings.ts';

/** Before a function's time is over, so much is left to write what was read, in milliseconds. */
const TIME_TO_FINISH = 60_000;

/** Tables that a scheduled run reads at once. */
const TABLES_AT_ONCE = 4;

/** What Lambda says of an invocation. */
interface ArchiveContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What Lambda takes of a function with a tumbling window and `ReportBatchItemFailures`. */
interface ArchivedBatchResult extends BatchResult {
  readonly state: Readonly<Record<string, never>>;
}

/** A handler for Lambda: of batches of tables' streams, and of a schedule's events. */
export type ArchiveFunction = (event: unknown, context: ArchiveContext) => Promise<ArchivedBatchResult | undefined>;

/** A batch of an event source mapping with a tumbling window: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html */
interface Batch {
  readonly table: string;
  readonly streamArn: string;
  readonly shard: string;
  readonly sequenceNumbers: readonly string[];
}

/**
 * Creates the function that archives a deployment's tables.
 *
 * A batch is archived, and what lies before it. A schedule's event reads all tables once: how far they are read though no change comes,
 * what no batch has brought, and bases.
 * @throws SettingsError that names each variable that is missing or wrong
 */
export function createArchiveFunction(environment: Environment, logOf: typeof createLog = createLog): ArchiveFunction {
  const settings = archiveSettingsFromEnvironment(environment);
  let made: ReturnType<typeof createS3Client> | undefined;
  const s3 = () => {
    made ??= createS3Client().then((client) => withObjectSettings(client, { lock: settings.lock }));
    return made;
  };
  const clients = { client: createClient(), streams: createStreamsClient(), s3 };
  const source = logOf({ sender: 'archiveChanges', stackName: settings.stackName });
  return async (event, context) => {
    const log = withFields(source, { requestId: context.awsRequestId });
    const left = context.getRemainingTimeInMillis();
    const abortSignal = AbortSignal.timeout(Math.floor(Math.max(left - TIME_TO_FINISH, left / 2)));
    const work: Work = { settings, clients, log, abortSignal };
    if (isScheduled(event)) return archiveTables(work);
    return archiveOne(batchOf(event, settings.tables), work);
  };
}

interface Work {
  readonly settings: ArchiveSettings;
  readonly clients: {
    readonly client: ReturnType<typeof createClient>;
    readonly streams: ReturnType<typeof createStreamsClient>;
    readonly s3: () => ReturnType<typeof createS3Client>;
  };
  readonly log: Log;
  readonly abortSignal: AbortSignal;
}

/** @throws where nothing of the batch was archived */
async function archiveOne({ table, ...batch }: Batch, { settings, clients, log, abortSignal }: Work) {
  const { shard, sequenceNumbers } = batch;
  // The end of a window may have no records.
  if (sequenceNumbers.length === 0) return { state: {}, batchItemFailures: [] };
  const ofShard = withFields(log, { table, shard });
  const { archive, recipients } = settings;
  const onEvent = logEvents(ofShard);
  const { missing, error, changes, segments } = await archiveBatch({
    ...{ ...clients, ...batch, archive, recipients, abortSignal, onEvent },
  });
  if (error !== undefined && missing === sequenceNumbers[0]) throw error;
  if (missing === undefined) ofShard.info('batch archived', { records: sequenceNumbers.length, changes, segments });
  else ofShard.warn('batch archived in part', { records: sequenceNumbers.length, changes, segments, missing, error });
  return { state: {}, batchItemFailures: missing === undefined ? [] : [{ itemIdentifier: missing }] };
}

/** @throws the first error, once all tables were tried, since the next run may succeed, and somebody has to see it */
async function archiveTables({ settings, clients, log, abortSignal }: Work): Promise<undefined> {
  const { archive, tables, maxBaseBytes, recipients } = settings;
  const errors: unknown[] = [];
  const archiveTable = async (table: string): Promise<void> => {
    const ofTable = withFields(log, { table });
    try {
      let baseFailure: Error | undefined;
      const logEvent = logEvents(ofTable);
      const onEvent = (event: FollowEvent): void => {
        logEvent(event);
        if (event.kind === 'base failed') baseFailure = event.error;
      };
      const options = { table, archive, once: true, maxBaseBytes, recipients, abortSignal, onEvent };
      const { changes, segments } = await followTable({ ...clients, ...options });
      ofTable.info('table archived', { changes, segments });
      if (baseFailure !== undefined) throw baseFailure;
    } catch (error) {
      ofTable.error('table not archived', { error });
      errors.push(error);
    }
  };
  await forEachAtOnce(tables, TABLES_AT_ONCE, undefined, archiveTable);
  if (errors.length > 0) throw errors[0];
  return undefined;
}

function logEvents(log: Log): (event: FollowEvent) => void {
  return (event) => {
    if (event.kind === 'gap') log.warn('changes may be missing', { shard: event.shard, ...event.gap });
    if (event.kind === 'base made') log.info('base made', { file: event.file, items: event.items });
  };
}

/** That of EventBridge Scheduler, and that of a rule. */
function isScheduled(event: unknown): boolean {
  return isObject(event) && event['detail-type'] === 'Scheduled Event';
}

/** @throws ArchiveEventError */
function batchOf(event: unknown, tables: readonly string[]): Batch {
  const { Records: records, shardId: shard, eventSourceARN: arn } = isObject(event) ? event : {};
  if (!Array.isArray(records)) {
    throw new ArchiveEventError('The event is neither a batch of a table’s stream nor that of a schedule.', [
      'Invoke the function by event source mappings of streams, and by a schedule.',
    ]);
  }
  const streamArn = String(arn ?? records[0]?.eventSourceARN);
  const table = /:table\/([^/]+)\/stream\/[^/]+$/.exec(streamArn)?.[1];
  if (table === undefined || !tables.includes(table)) {
    throw new ArchiveEventError(`The event is of ${table ?? streamArn}, which is no table that is archived.`, [
      `Remove the event source mapping, or name the table in ARCHIVED_TABLES, which has ${tables.join(', ')}.`,
    ]);
  }
  if (typeof shard !== 'string' || !/^[\w-]+$/.test(shard)) {
    throw new ArchiveEventError('The event does not name its shard.', [
      'Give the event source mapping a tumbling window (TumblingWindowInSeconds).',
    ]);
  }
  const sequenceNumbers = records.map((record) => String(record?.dynamodb?.SequenceNumber));
  const wrong = sequenceNumbers.find((each) => !/^\d+$/.test(each));
  if (wrong !== undefined)
    throw new ArchiveEventError(`A record of the event has the sequence number ${wrong}.`, [
      'Invoke the function by event source mappings of streams.',
    ]);
  return { table, streamArn, shard, sequenceNumbers };
}
