import type { Models } from '@cumulus/models';

/** A time before which, or after which, nothing is logged of an execution, in milliseconds. */
const BEFORE_START = 60_000;
const AFTER_END = 3_600_000;

/** When an execution ran, in milliseconds since 1970. */
export interface ExecutionTime {
  readonly from: number;
  /** Undefined while it runs. */
  readonly to: number | undefined;
}

/**
 * Finds when an execution ran, with some time around it, by its record, for which there is an index; undefined if no record
 * says so.
 */
export async function findExecutionTime(
  name: string,
  { executions }: Pick<Models, 'executions'>,
): Promise<ExecutionTime | undefined> {
  const filters = [{ kind: 'is', field: 'name', values: [name] }] as const;
  const { records } = await executions.search({ filters, limit: 1, uncounted: true });
  const [record] = records;
  // A row of an earlier release may not say when it began.
  if (record === undefined || !Number.isFinite(record.createdAt)) return undefined;
  const { status, createdAt, updatedAt, timestamp } = record;
  const isOver = status === 'completed' || status === 'failed';
  const changes = [createdAt, updatedAt, timestamp].filter((time) => time !== undefined && Number.isFinite(time));
  return {
    from: Math.max(createdAt - BEFORE_START, 0),
    to: isOver ? Math.max(...(changes as number[])) + AFTER_END : undefined,
  };
}
