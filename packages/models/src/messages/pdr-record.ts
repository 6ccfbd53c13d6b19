import { isObject } from '@cumulus/dynamodb/aws';
import { MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import type { Pdr } from '../schemas/pdr.ts';
import { bytesOf } from '../schemas/storage-limits.ts';
import type { CumulusMessage } from './cumulus-message.ts';
import { fitting, type LargeField, MAX_NOTED_BYTES } from './fitting.ts';
import { textOf } from './json.ts';
import type { MessageProblem } from './problems.ts';
import { secondsBetween, type WorkflowFacts, withoutAbsent } from './workflow-facts.ts';

/** What a message says of a PDR; empty if that is nothing. */
export interface PdrRecord {
  readonly pdr?: Pdr | undefined;
  /** Why it cannot be recorded, or what had to be left out of it. */
  readonly problem?: MessageProblem | undefined;
}

/** What a PDR has in place of a message of its own. */
const NO_MESSAGE = 'N/A';

const LARGE_FIELDS: readonly LargeField<Pdr>[] = [
  { field: 'PANmessage', path: 'payload.pdr.PANmessage', rest: NO_MESSAGE },
];

/** The PDR of a message's payload. */
export function pdrRecordOf({ payload }: CumulusMessage, facts: WorkflowFacts): PdrRecord {
  const pdr = isObject(payload) ? (payload['pdr'] ?? undefined) : undefined;
  if (!isObject(payload) || pdr === undefined) return {};
  if (!isObject(pdr)) return problem('payload.pdr', 'is not an object');
  const pdrName = textOf(pdr['name']);
  if (pdrName === undefined) return problem('payload.pdr.name', 'is missing, empty, or not a text');
  if (bytesOf(pdrName) > MAX_RANGE_KEY_BYTES)
    return problem('payload.pdr.name', `is longer than ${MAX_RANGE_KEY_BYTES} bytes`);
  const { collectionId, provider, status } = facts;
  if (collectionId === undefined)
    return problem('meta.collection', 'does not name the PDR’s collection and its version');
  if (provider === undefined) return problem('meta.provider.id', 'is missing, and a PDR has to have a provider');
  const stats = statsOf(payload);
  const record = withoutAbsent<Pdr>({
    pdrName,
    collectionId,
    status,
    provider,
    progress: progressOf(stats, status),
    execution: facts.executionUrl,
    PANSent: pdr['PANSent'] === true,
    PANmessage: textOf(pdr['PANmessage']) ?? NO_MESSAGE,
    stats,
    redriveCount: facts.redriveCount,
    duration: secondsBetween(facts.startTime, facts.time),
    timestamp: facts.time,
    createdAt: facts.startTime,
    updatedAt: facts.time,
  });
  const fitted = fitting('pdr', record, LARGE_FIELDS, MAX_NOTED_BYTES);
  return { pdr: fitted.record, problem: fitted.problems[0] };
}

function problem(path: string, reason: string): PdrRecord {
  return { problem: { record: 'pdr', path, reason } };
}

type Stats = NonNullable<Pdr['stats']>;

/** The workflow lists the executions that it started, one for each granule, by how far they are. */
function statsOf(payload: { readonly [name: string]: unknown }): Stats {
  const lengthOf = (list: unknown) => (Array.isArray(list) ? list.length : 0);
  const processing = lengthOf(payload['running']);
  const completed = lengthOf(payload['completed']);
  const failed = lengthOf(payload['failed']);
  return { processing, completed, failed, total: processing + completed + failed };
}

/** In percent. Of a PDR without granules all is done once its workflow has completed, and nothing before. */
function progressOf({ processing, total }: Stats, status: Pdr['status']): number {
  if (total === 0) return status === 'completed' ? 100 : 0;
  return ((total - processing) / total) * 100;
}
