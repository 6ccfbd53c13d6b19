import { isObject } from '@cumulus/dynamodb/aws';
import { MAX_HASH_KEY_BYTES, MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import { bytesOf } from '../schemas/storage-limits.ts';
import { type CumulusMessage, isTime } from './cumulus-message.ts';
import type { JsonObject } from './json.ts';
import { converted, leftOut, type MessageProblem } from './problems.ts';

/** What a message may say of its workflow, and real ones often do not. Absent where it is of no use. */
export interface OptionalFacts {
  readonly stopTime: number | undefined;
  readonly parentArn: string | undefined;
  readonly asyncOperationId: string | undefined;
  readonly workflowName: string | undefined;
  readonly tasks: JsonObject | undefined;
  readonly collection: { readonly name: string | undefined; readonly version: string | undefined };
  readonly provider: {
    readonly id?: string | undefined;
    readonly protocol?: string | undefined;
    readonly host?: string | undefined;
    readonly port?: string | undefined;
  };
  readonly pdrName: string | undefined;
}

/**
 * Reads the fields that a message may lack. One of a wrong type never keeps the message from being recorded: it is converted, or
 * left out, which is among the problems.
 */
export function optionalFactsOf({ cumulus_meta, meta }: CumulusMessage): {
  readonly facts: OptionalFacts;
  readonly problems: readonly MessageProblem[];
} {
  const problems: MessageProblem[] = [];
  const textAt = (path: string, value: unknown, maxBytes = Number.POSITIVE_INFINITY): string | undefined => {
    if (isAbsent(value)) return undefined;
    const text = Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string') return without(path, 'is not a text');
    if (bytesOf(text) > maxBytes) return without(path, `is longer than ${maxBytes} bytes`);
    if (typeof value !== 'string') problems.push(converted('execution', path, 'is a number', `the text "${text}"`));
    return text;
  };
  const objectAt = (path: string, value: unknown): JsonObject => {
    if (isAbsent(value)) return {};
    return isObject(value) ? value : (without(path, 'is not an object') ?? {});
  };
  const timeAt = (path: string, value: unknown): number | undefined => {
    if (isAbsent(value)) return undefined;
    if (isTime(value)) return value;
    const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
    if (!isTime(time)) return without(path, 'is not a time in milliseconds since 1970');
    problems.push(converted('execution', path, 'is a text', `the number ${time}`));
    return time;
  };
  const without = (path: string, reason: string): undefined => {
    problems.push(leftOut('execution', path, reason));
  };
  const collection = objectAt('meta.collection', meta.collection);
  const provider = objectAt('meta.provider', meta.provider);
  const pdr = objectAt('meta.pdr', meta.pdr);
  const tasks = objectAt('meta.workflow_tasks', meta.workflow_tasks);
  const facts: OptionalFacts = {
    stopTime: timeAt('cumulus_meta.workflow_stop_time', cumulus_meta.workflow_stop_time),
    parentArn: textAt('cumulus_meta.parentExecutionArn', cumulus_meta.parentExecutionArn, MAX_HASH_KEY_BYTES),
    asyncOperationId: textAt('cumulus_meta.asyncOperationId', cumulus_meta.asyncOperationId, MAX_HASH_KEY_BYTES),
    workflowName: textAt('meta.workflow_name', meta.workflow_name, MAX_RANGE_KEY_BYTES),
    tasks: isObject(meta.workflow_tasks) ? tasks : undefined,
    collection: {
      name: textAt('meta.collection.name', collection['name'], MAX_RANGE_KEY_BYTES / 2),
      version: textAt('meta.collection.version', collection['version'], MAX_RANGE_KEY_BYTES / 4),
    },
    provider: {
      id: textAt('meta.provider.id', provider['id'], MAX_RANGE_KEY_BYTES),
      protocol: textAt('meta.provider.protocol', provider['protocol']),
      host: textAt('meta.provider.host', provider['host']),
      port: portAt(provider['port']),
    },
    pdrName: textAt('meta.pdr.name', pdr['name'], MAX_RANGE_KEY_BYTES),
  };
  return { facts, problems };

  /** Real messages have a number or a text. */
  function portAt(value: unknown): string | undefined {
    if (isAbsent(value) || value === 0) return undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    return without('meta.provider.port', 'is neither a number nor a text');
  }
}

/** An empty text means in messages that there is none. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
