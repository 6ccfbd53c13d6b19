import { ConnectionError, CumulusError, InterruptedError } from '../../aws/errors.ts';
import { zonedTime } from '../../aws/zoned-time.ts';
import { planRestoresToTime } from '../../recovery/restore/point-in-time/plan.ts';
import { startRestoreToTime } from '../../recovery/restore/point-in-time/start.ts';
import { provedByLiveTable, waitForRestore } from './restored-by-aws.ts';
import { type DeploymentTable, type SourceContext, type TableSource, withoutSource } from './source.ts';

/**
 * Each table at an instant of its recovery window.
 * @param at the latest that each can be restored to unless given
 * @param scratchName the name of the table that one is restored to
 */
export async function pointInTimeSources(
  context: SourceContext,
  at: Date | undefined,
  tables: readonly DeploymentTable[],
  scratchName: (table: DeploymentTable) => string,
  abortSignal: AbortSignal | undefined,
): Promise<readonly TableSource[]> {
  return Promise.all(
    tables.map(async (each) => {
      try {
        return await sourceOf(context, at, each, scratchName(each), abortSignal);
      } catch (error) {
        const isOfTable = error instanceof CumulusError && !isOfAll(error);
        if (!isOfTable) throw error;
        return withoutSource(each, error.problem);
      }
    }),
  );
}

async function sourceOf(
  context: SourceContext,
  wanted: Date | undefined,
  { name, table, description }: DeploymentTable,
  target: string,
  abortSignal: AbortSignal | undefined,
): Promise<TableSource> {
  const { client } = context;
  const { restores } = await planRestoresToTime({
    client,
    tables: [{ source: table, target }],
    at: wanted,
    abortSignal,
  });
  const [planned] = restores;
  if (planned === undefined) throw new TypeError(`No restore of ${table} was planned`);
  return {
    name,
    table,
    source: zonedTime(planned.at),
    sourceTime: planned.at.toISOString(),
    items: description?.estimatedItems ?? null,
    bytes: description?.estimatedBytes ?? null,
    writeUnits: null,
    problem: null,
    restore: async (scratchTable, signal) => {
      const { started } = await startRestoreToTime(client, planned, signal);
      await waitForRestore(context, scratchTable, signal);
      return {
        source: zonedTime(started),
        sourceTime: started.toISOString(),
        ...provedByLiveTable(context, { table, restored: scratchTable, at: started }),
      };
    },
  };
}

/** Whether no other table would fare better. */
function isOfAll(error: CumulusError): boolean {
  return error instanceof ConnectionError || error instanceof InterruptedError;
}
