import { StoppedError } from '../../backup/errors.ts';
import { finishWork } from '../../recovery/long-work.ts';
import { isRestored } from '../../recovery/restore/describe.ts';
import { findTable } from '../../tables/describe.ts';
import { proveByLiveTable } from '../prove/prove-by-live-table.ts';
import type { RestoredSource, SourceContext } from './source.ts';

/**
 * Waits until DynamoDB has restored a table by itself. It is given none of the settings that a restore leaves out: no stream, no
 * time to live, no deletion protection.
 */
export async function waitForRestore(
  { client, onProgress }: SourceContext,
  scratchTable: string,
  abortSignal: AbortSignal,
): Promise<void> {
  await finishWork(
    {
      name: scratchTable,
      describe: () => findTable(client, scratchTable, abortSignal),
      isOver: isRestored,
      stateOf: ({ status }) => status,
      gone: () => new StoppedError(`Table ${scratchTable} is gone: its restore failed, or it was deleted meanwhile.`),
    },
    { advice: [], abortSignal, onProgress },
  );
}

/** A restored table that is compared with the live one. */
export function provedByLiveTable(
  { client, streams, maxReadUnits, settleTime, onProgress }: SourceContext,
  compared: { readonly table: string; readonly restored: string; readonly at: Date },
): Pick<RestoredSource, 'prove'> {
  return {
    prove: (abortSignal) =>
      proveByLiveTable({ client, streams, maxReadUnits, settleTime, onProgress, abortSignal, ...compared }),
  };
}
