import { type ArchivedTableSummary, listArchive } from '../../archive/list-archive.ts';
import { stateToFile } from '../../archive/state-to-file.ts';
import { zonedTime } from '../../aws/zoned-time.ts';
import { createTemporaryDirectory } from '../../storage/disk/temporary-directory.ts';
import { newKey } from '../../storage/encryption/new-key.ts';
import type { Proved } from '../prove/proved.ts';
import { compareWithFile, restoreFile } from './restored-file.ts';
import { type DeploymentTable, type SourceContext, type TableSource, withoutSource } from './source.ts';

/**
 * Each table at a second of an archive. Its state is written into a file, which is restored, and with which the table is compared.
 * @param location a folder's path, or `s3://BUCKET/PREFIX`
 * @param at the latest of each table unless given
 */
export async function archiveSources(
  context: SourceContext,
  { location, at }: { readonly location: string; readonly at: Date | undefined },
  tables: readonly DeploymentTable[],
  abortSignal: AbortSignal | undefined,
): Promise<readonly TableSource[]> {
  const { s3 } = context;
  const names = new Set(tables.map(({ table }) => table));
  const summaries = await listArchive(location, { s3, tables: (table) => names.has(table), abortSignal });
  const ofTable = new Map(summaries.map((each) => [each.table, each]));
  return tables.map((each) => sourceOf(context, each, { location, at }, ofTable.get(each.table)));
}

function sourceOf(
  context: SourceContext,
  each: DeploymentTable,
  { location, at }: { readonly location: string; readonly at: Date | undefined },
  found: ArchivedTableSummary | undefined,
): TableSource {
  const { name, table } = each;
  if (found === undefined) return withoutSource(each, `There is no archive of ${table} in ${location}.`);
  const second = at === undefined ? latestOf(found) : new Date(Math.floor(at.getTime() / 1000) * 1000);
  const problem = found.problem ?? (second === undefined ? `The archive has no second of ${table} yet.` : undefined);
  if (second === undefined || problem !== undefined) return withoutSource(each, problem ?? '');
  const base = found.bases.at(-1);
  return {
    name,
    table,
    source: `${location} at ${zonedTime(second)}`,
    sourceTime: second.toISOString(),
    items: base?.items ?? null,
    bytes: base?.bytes ?? null,
    writeUnits: base?.items ?? null,
    problem: null,
    restore: async (scratchTable, signal) => {
      const { path: directory, remove } = await createTemporaryDirectory('cumulus-rehearsal');
      try {
        const { s3, identities, onProgress } = context;
        // What is encrypted in an archive is not to lie on a disk as it is.
        const key = identities === undefined ? undefined : await newKey();
        const options = { directory, gzip: false, keep: 0, s3, identities, abortSignal: signal, onProgress };
        const recipients = key && [key.recipient];
        const { file } = await stateToFile({ archive: location, table, at: second, recipients, ...options });
        const ofFile = { ...context, identities: key && [key.identity] };
        const { items: restored } = await restoreFile(ofFile, file, { name, scratchTable }, signal);
        const compared = { file, scratchTable, restored, calledAs: `the state of ${table} at ${zonedTime(second)}` };
        return { prove: (ending) => prove(ofFile, compared, ending).finally(remove) };
      } catch (error) {
        await remove();
        throw error;
      }
    },
  };
}

async function prove(
  context: SourceContext,
  compared: Parameters<typeof compareWithFile>[1],
  abortSignal: AbortSignal,
): Promise<Proved> {
  const { sha256, bytes, ...proved } = await compareWithFile(context, compared, abortSignal);
  return proved;
}

function latestOf({ restorable, points }: ArchivedTableSummary): Date | undefined {
  const times = [...restorable.map(({ to }) => to), ...points].map((time) => time.getTime());
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
