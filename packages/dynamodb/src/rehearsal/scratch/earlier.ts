import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { TableNotFoundError } from '../../aws/errors.ts';
import { isAlive } from '../../storage/process-host.ts';
import { waitUntilActive } from '../../tables/create.ts';
import { findTable } from '../../tables/describe.ts';
import { listTables } from '../../tables/list-tables.ts';
import { sameKey } from '../../tables/schema.ts';
import { RehearsalRunningError } from '../errors.ts';
import { isLost, JOURNAL_KEY, Journal, type JournalContent, type JournalLease, readJournal } from './journal.ts';
import { isOwnerGone, journalName, parseScratchName, type ScratchPrefix } from './names.ts';
import { type Leftover, removeTables } from './remove-tables.ts';

/** How long a rehearsal may give no sign of life before it is taken for dead, in milliseconds. */
const DEAD_AFTER = 10 * 60_000;

/** Tables by the names of one rehearsal, as they were listed. */
export interface EarlierRehearsal {
  readonly scratchPrefix: ScratchPrefix;
  readonly tables: readonly string[];
}

/**
 * How an earlier rehearsal stands:
 * - `running`: its process lives, or may.
 * - `dead`: its process is gone, and the journal says what it made.
 * - `going`: its journal is being deleted, or is gone since it was listed, as the last of its tables.
 * - `unknown`: nothing proves that the tables are a rehearsal's.
 */
export type EarlierState =
  | { readonly state: 'running'; readonly problem: string }
  | { readonly state: 'dead'; readonly content: JournalContent }
  | { readonly state: 'going' }
  | { readonly state: 'unknown'; readonly because: string };

/** What became of what earlier rehearsals left. */
export interface Cleared {
  readonly removed: readonly string[];
  readonly leftovers: readonly Leftover[];
}

/** The earlier rehearsals of a deployment that have tables, by the names of all tables. */
export async function findEarlier(
  client: DynamoDBClient,
  prefix: string,
  abortSignal: AbortSignal | undefined,
): Promise<readonly EarlierRehearsal[]> {
  const found = new Map<string, { scratchPrefix: ScratchPrefix; tables: string[] }>();
  try {
    for await (const table of listTables(client, abortSignal)) {
      const { scratchPrefix } = parseScratchName(prefix, table) ?? {};
      if (scratchPrefix === undefined) continue;
      const { tables } = found.get(scratchPrefix.text) ?? { tables: [] };
      found.set(scratchPrefix.text, { scratchPrefix, tables: [...tables, table] });
    }
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action: 'ListTables' });
  }
  return [...found.values()];
}

/** Finds out how an earlier rehearsal stands. It changes nothing. */
export async function lookAtEarlier(
  client: DynamoDBClient,
  earlier: EarlierRehearsal,
  abortSignal: AbortSignal | undefined,
): Promise<EarlierState> {
  try {
    return await readState(client, earlier, abortSignal);
  } catch (error) {
    // Its journal was deleted while it was looked at.
    if (error instanceof TableNotFoundError) return { state: 'going' };
    throw error;
  }
}

async function readState(
  client: DynamoDBClient,
  { scratchPrefix, tables }: EarlierRehearsal,
  abortSignal: AbortSignal | undefined,
): Promise<EarlierState> {
  const { text } = scratchPrefix;
  const name = journalName(text);
  if (!tables.includes(name)) return { state: 'unknown', because: `there is no ${name} that names it` };
  const isGone = await isOwnerGone(scratchPrefix);
  let journal = await findTable(client, name, abortSignal);
  if (journal?.status === 'CREATING' && isGone) journal = await waitUntilActive(client, name, abortSignal);
  if (journal === undefined || journal.status === 'DELETING') return { state: 'going' };
  if (!sameKey(journal.schema.key, JOURNAL_KEY)) return { state: 'unknown', because: `${name} is no journal` };
  const content: JournalContent =
    journal.status === 'CREATING'
      ? { lease: undefined, tables: [], isEmpty: true }
      : await readJournal(client, text, abortSignal);
  if (content.lease !== undefined) {
    return (await isHolderDead(content.lease))
      ? { state: 'dead', content }
      : { state: 'running', problem: describeHolder(content.lease) };
  }
  if (!content.isEmpty) return { state: 'unknown', because: `${name} has items, but no lease of a rehearsal` };
  // Its process was killed before it had the lease, or is about to take it: the name says which.
  const age = Date.now() - (journal.createdAt ?? scratchPrefix.startedAt).getTime();
  if (isGone || age > DEAD_AFTER) return { state: 'dead', content };
  return { state: 'running', problem: `process ${scratchPrefix.pid}, which has just created ${name}` };
}

/**
 * Removes what earlier rehearsals of a deployment left whose process is dead: the tables that their journals name, and the
 * journals. What no journal names is left, and named by a warning.
 * @throws RehearsalRunningError if one is under way; errors of requests that only read
 */
export async function clearEarlier(
  client: DynamoDBClient,
  prefix: string,
  {
    abortSignal,
    onWarning,
  }: {
    readonly abortSignal?: AbortSignal | undefined;
    readonly onWarning?: ((warning: string) => void) | undefined;
  },
): Promise<Cleared> {
  const earlier = await findEarlier(client, prefix, abortSignal);
  const states = await Promise.all(earlier.map((each) => lookAtEarlier(client, each, abortSignal)));
  for (const [index, found] of states.entries()) {
    if (found.state === 'running') throw runningError(prefix, earlier[index] as EarlierRehearsal, found.problem);
  }
  const removed: string[] = [];
  const leftovers: Leftover[] = [];
  for (const [index, found] of states.entries()) {
    const each = earlier[index] as EarlierRehearsal;
    if (found.state === 'unknown') onWarning?.(describeUnknown(each.tables, found.because));
    if (found.state !== 'dead') continue;
    const cleared = await clearDead(client, prefix, each, found.content);
    removed.push(...cleared.removed);
    leftovers.push(...cleared.leftovers);
    const unnamed = each.tables.filter(
      (table) => table !== journalName(each.scratchPrefix.text) && !isNamed(found.content, table),
    );
    if (unnamed.length > 0) onWarning?.(describeUnknown(unnamed, 'its journal does not name it'));
  }
  return { removed, leftovers };
}

export function runningError(
  prefix: string,
  { scratchPrefix: { text, startedAt } }: Pick<EarlierRehearsal, 'scratchPrefix'>,
  problem: string,
): RehearsalRunningError {
  return new RehearsalRunningError(
    text,
    `Another rehearsal of ${prefix}, begun at ${startedAt.toISOString()}, is under way: ${problem}.`,
    [
      'Nothing was created.',
      'Wait for it. One that was killed on another machine is taken for dead after ten minutes.',
    ],
  );
}

async function clearDead(
  client: DynamoDBClient,
  prefix: string,
  { scratchPrefix: { text } }: EarlierRehearsal,
  { lease, tables }: JournalContent,
): Promise<Cleared> {
  const journalTable = { table: journalName(text) };
  // Without a lease nothing was noted.
  if (lease === undefined) return removeTables(client, [journalTable]);
  let journal: Journal;
  try {
    journal = await Journal.takeOver(client, text, lease);
  } catch (error) {
    // Another process removes it just now.
    if (isLost(error)) return { removed: [], leftovers: [] };
    throw error;
  }
  // A journal might be written by anybody who may write: only tables of this very rehearsal are deleted.
  const own = tables.filter(({ table }) => parseScratchName(prefix, table)?.scratchPrefix.text === text);
  const made = await removeTables(client, own);
  if (made.leftovers.length > 0) {
    await journal.release();
    const because = 'It names tables that are still there.';
    return { removed: made.removed, leftovers: [...made.leftovers, { ...journalTable, because }] };
  }
  journal.end();
  const last = await removeTables(client, [journalTable]);
  return { removed: [...made.removed, ...last.removed], leftovers: last.leftovers };
}

function isNamed({ tables }: JournalContent, table: string): boolean {
  return tables.some((noted) => noted.table === table);
}

async function isHolderDead(lease: JournalLease): Promise<boolean> {
  if (lease.isReleased || Date.now() - Date.parse(lease.renewedAt) > DEAD_AFTER) return true;
  return !(await isAlive(lease));
}

function describeHolder({ pid, host, since, renewedAt }: JournalLease): string {
  return `process ${pid} on ${host} since ${since}, whose last sign of life is of ${renewedAt}`;
}

function describeUnknown(tables: readonly string[], because: string): string {
  return `Not deleted, since ${because}: ${tables.join(', ')}. If a rehearsal made it, delete it by hand.`;
}

/**
 * Refuses to go on beside another rehearsal, once the own journal is there: of two that begin at once, one at least sees the other.
 * @throws RehearsalRunningError
 */
export async function refuseOthers(
  client: DynamoDBClient,
  prefix: string,
  ownScratchPrefix: string,
  abortSignal: AbortSignal | undefined,
): Promise<void> {
  for (const each of await findEarlier(client, prefix, abortSignal)) {
    if (each.scratchPrefix.text === ownScratchPrefix) continue;
    const found = await lookAtEarlier(client, each, abortSignal);
    if (found.state === 'running') throw runningError(prefix, each, found.problem);
  }
}
