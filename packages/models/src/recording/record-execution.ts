import { type Changes, getItemsCoalesced, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { definedFields } from '../schemas/defined-fields.ts';
import type { Execution } from '../schemas/execution.ts';
import { MAX_ITEM_BYTES, storedSize } from '../schemas/storage-limits.ts';
import { PRECEDENCE_FIELDS, precedence } from './precedence.ts';
import { type Recorded, type RecordingTarget, unchanged } from './recording-target.ts';

/** The fields that each event sets: those that it does not have are removed. */
const EVENT_FIELDS = [
  'name',
  'parentArn',
  'asyncOperationId',
  'execution',
  'tasks',
  'error',
  'type',
  'collectionId',
  'status',
  'redriveCount',
  'duration',
  'timestamp',
  'createdAt',
  'updatedAt',
] as const;

/**
 * Records an execution, unless an event that counts more was recorded already. The payload at the start is recorded
 * while the execution runs, and kept when it ends, even if the event of the start arrives last. It is left out if an
 * item cannot hold both payloads, whichever came first.
 */
export async function recordExecution(target: RecordingTarget, execution: Execution): Promise<Recorded> {
  const { client } = target;
  const table = target.tableName('ExecutionsTable');
  const key = { arn: execution.arn };
  for (;;) {
    const [current] = await getItemsCoalesced({ client, table }, [key]);
    const changes = changesOf(execution, current);
    if (changes === undefined) return 'superseded';
    const seen = unchanged('arn', [...PRECEDENCE_FIELDS, 'updatedAt'], current);
    const update = { kind: 'update', table, key, changes, conditions: seen } as const;
    if ((await writeIf(client, update, { returnsItem: false })).done)
      return changes.set === undefined ? 'superseded' : 'written';
  }
}

/** What an event changes in an execution's record; undefined for nothing. */
function changesOf(execution: Execution, current: PlainItem | undefined): Changes | undefined {
  const { arn: _, originalPayload, finalPayload, ...fields } = execution;
  const order = current === undefined ? 1 : precedence(execution, current);
  if (order > 0) {
    const set = definedFields({ ...fields, originalPayload, finalPayload });
    const absent = EVENT_FIELDS.filter((field) => fields[field] === undefined);
    const ended = execution.status !== 'running';
    const gone = ended && finalPayload !== undefined ? absent : [...absent, 'finalPayload'];
    const stays = Object.entries(current ?? {}).filter(([field]) => !gone.some((name) => name === field));
    if (fits({ ...Object.fromEntries(stays), ...set })) return { set, remove: current === undefined ? [] : gone };
    // An item may not hold both payloads. Then only the one of the end is kept.
    const { originalPayload: _original, ...kept } = set;
    return { set: kept, remove: current === undefined ? [] : [...gone, 'originalPayload'] };
  }
  const adds = order < 0 && originalPayload !== undefined && current?.['originalPayload'] === undefined;
  return adds && fits({ ...current, originalPayload }) ? { setIfAbsent: { originalPayload } } : undefined;
}

function fits(item: PlainItem): boolean {
  return storedSize(item) <= MAX_ITEM_BYTES;
}
