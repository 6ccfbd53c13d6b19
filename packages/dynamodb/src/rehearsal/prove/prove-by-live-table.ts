import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { scanNotes } from '../../backup/compare/scan-notes.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { describeTable } from '../../tables/describe.ts';
import { KeySchemaMismatchError } from '../../tables/errors.ts';
import { describeSettings } from '../../tables/later-settings.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import { describeKey, sameKey } from '../../tables/schema.ts';
import type { Proved } from './proved.ts';
import { readChanges } from './read-changes.ts';
import { LIVE, RESTORED, type StatesCompared, TableStates } from './table-states.ts';

export interface ProveByLiveTableOptions {
  readonly client: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  /** The live table. */
  readonly table: string;
  readonly restored: string;
  /** The instant that the restored items are of. */
  readonly at: Date;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  /** How long a change may take to be in the stream, in milliseconds; 15 seconds unless given. */
  readonly settleTime?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * Compares a table that was restored to an instant with what the live table was then: the live table is read, and its stream
 * shows what has changed since. Where no stream does, differences may be later writes, so that they prove nothing.
 * @throws KeySchemaMismatchError; TableReplacedError if one of the tables is replaced meanwhile; errors of requests
 */
export async function proveByLiveTable(options: ProveByLiveTableOptions): Promise<Proved> {
  const { client, table, restored, at, maxReadUnits, settleTime, abortSignal, onProgress } = options;
  const [live, scratch] = await Promise.all([
    describeTable(client, table, abortSignal),
    describeTable(client, restored, abortSignal),
  ]);
  const { key } = live.schema;
  if (!sameKey(key, scratch.schema.key)) {
    throw new KeySchemaMismatchError(
      `The key of ${restored} is ${describeKey(scratch.schema.key)}, that of ${table} is ${describeKey(key)}.`,
    );
  }
  const { ttlAttribute } = await describeSettings(client, live);
  const states = await TableStates.create(2 * live.estimatedItems, key);
  try {
    await scanNotes({
      ...{ client, maxReadUnits, abortSignal, onProgress },
      tables: [
        { table: scratch, side: RESTORED },
        { table: live, side: LIVE },
      ],
      notes: { key, ttlAttribute },
      takeNotes: (notes) => states.addNotes(notes),
    });
    const whyNotKnown = await readChanges({
      ...{ client, streams: options.streams, table, since: at, settleTime, abortSignal },
      take: (change) => states.addChange(change),
    });
    for (const each of [live, scratch]) await requireSameTable(client, each, 'while it was compared', [], abortSignal);
    return verdictOf(await states.compare(), { table, restored, whyNotKnown });
  } finally {
    await states.close();
  }
}

function verdictOf(
  { proof, restoredItems: items, named }: StatesCompared,
  about: { readonly table: string; readonly restored: string; readonly whyNotKnown: string | undefined },
): Proved {
  const { changed, missing, extra } = proof;
  const differences = changed + missing + extra;
  if (differences === 0) return { items, proof, outcome: 'proved' };
  const counted = `${missing} missing, ${changed} changed, ${extra} extra`;
  if (about.whyNotKnown === undefined) {
    const first = `the first of them: ${named.join(', ')}`;
    const failure = `The restored ${about.table} is not what it was: ${counted}; ${first}.`;
    return { items, proof, outcome: 'failed', failure };
  }
  const warning = `The restored ${about.table} differs from the live table (${counted}), and it is not known whether by later writes: ${about.whyNotKnown}.`;
  return { items, proof, outcome: 'restored', warning };
}
