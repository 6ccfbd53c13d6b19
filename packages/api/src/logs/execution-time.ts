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

/** Finds when an execution ran, with some time around it, by its record, for which there is an index. */
export async function findExecutionTime(
  name: string,
  { executions }: Pick<Models, 'executions'>,
): Promise<ExecutionTime | undefined> {
  const filters = [{ kind: 'is', field: 'name', values: [name] }] as const;
  const { records } = await executions.search({ filters, limit: 1, uncounted: true });
  const [record] = records;
  if (record === undefined) return undefined;
  const { status, createdAt, updatedAt = createdAt, timestamp = updatedAt } = record;
  const isOver = status === 'completed' || status === 'failed';
  return {
    from: Math.max(createdAt - BEFORE_START, 0),
    to: isOver ? Math.max(updatedAt, timestamp) + AFTER_END : undefined,
  };
}
