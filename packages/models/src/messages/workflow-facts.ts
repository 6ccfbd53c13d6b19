import { isObject } from '@cumulus/dynamodb/aws';
import { constructCollectionId } from '../schemas/collection-id.ts';
import { collectionId as collectionIdSchema } from '../schemas/fields.ts';
import type { Granule } from '../schemas/granule.ts';
import type { CumulusMessage, WorkflowStatus } from './cumulus-message.ts';
import { isNoException } from './exception.ts';
import { executionArnOf, executionNameOf, executionUrlOf } from './execution-arn.ts';
import type { JsonObject } from './json.ts';
import type { OptionalFacts } from './optional-facts.ts';
import { providerUrlOf } from './provider-url.ts';
import { storable } from './storable.ts';

/** What an event says beside its message. */
export interface EventFacts {
  /** The event's own time in milliseconds since 1970, so that the end does not depend on when it is handled. */
  readonly time: number;
  /** How often the execution was redriven (resumed after a failure); none unless given. */
  readonly redriveCount?: number | undefined;
  /**
   * The execution that the event is of; the one that the message names unless given. A workflow may be started with a copy of
   * another's message, and must not take that one's record.
   */
  readonly executionArn?: string | undefined;
  /** What the metadata files of granules say, by the granules' places in `payload.granules`; see `metadataFilesOf`. */
  readonly granuleTimes?: ReadonlyMap<number, GranuleTimes> | undefined;
}

/** The times of a granule's data, as ISO 8601. */
export type GranuleTimes = Pick<
  Granule,
  'beginningDateTime' | 'endingDateTime' | 'productionDateTime' | 'lastUpdateDateTime'
>;

/** What all records of a message share. Times are in milliseconds since 1970. */
export interface WorkflowFacts {
  readonly arn: string;
  /** The execution's name. */
  readonly name: string;
  readonly executionUrl: string;
  readonly status: WorkflowStatus;
  readonly collectionId: string | undefined;
  readonly provider: string | undefined;
  /** Where the provider's files lie, see `providerUrlOf`. */
  readonly providerUrl: string | undefined;
  readonly pdrName: string | undefined;
  readonly parentArn: string | undefined;
  readonly asyncOperationId: string | undefined;
  readonly workflowName: string | undefined;
  readonly tasks: JsonObject | undefined;
  readonly error: Readonly<Record<string, unknown>> | undefined;
  readonly startTime: number;
  readonly stopTime: number | undefined;
  readonly time: number;
  /** Absent if there was none, so that records are what earlier releases wrote. */
  readonly redriveCount: number | undefined;
  readonly granuleTimes: ReadonlyMap<number, GranuleTimes>;
}

const NO_TIMES: ReadonlyMap<number, GranuleTimes> = new Map();

export function workflowFacts(
  message: CumulusMessage,
  { collection, provider, ...optional }: OptionalFacts,
  { time, redriveCount = 0, executionArn: arn = executionArnOf(message), granuleTimes = NO_TIMES }: EventFacts,
): WorkflowFacts {
  const { cumulus_meta, meta } = message;
  return {
    arn,
    name: executionNameOf(arn),
    executionUrl: executionUrlOf(arn),
    status: meta.status,
    ...optional,
    collectionId: collectionIdOf(collection),
    provider: provider.id,
    providerUrl: providerUrlOf(provider),
    error: errorOf(message.exception),
    startTime: cumulus_meta.workflow_start_time,
    time,
    redriveCount: redriveCount > 0 ? redriveCount : undefined,
    granuleTimes,
  };
}

/** Undefined if the message does not name a collection, or one that no table could hold. */
function collectionIdOf({ name, version }: OptionalFacts['collection']): string | undefined {
  if (!name || !version) return undefined;
  const id = constructCollectionId({ name, version });
  return collectionIdSchema.safeParse(id).success ? id : undefined;
}

/** What is not an object gets the form in which Step Functions reports errors, as earlier releases gave it. */
function errorOf(exception: unknown): Readonly<Record<string, unknown>> | undefined {
  if (isNoException(exception)) return undefined;
  const error = storable(exception);
  return isObject(error) ? error : { Error: 'Unknown Error', Cause: error };
}

/** From one time to another in seconds. Clocks of several machines can make it negative. */
export function secondsBetween(start: number, end: number): number {
  return (end - start) / 1000;
}

/** A record without the fields that are undefined: absent stays absent. */
export function withoutAbsent<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
