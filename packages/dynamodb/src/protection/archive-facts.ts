import type { ArchivedTableSummary } from '../archive/list-archive.ts';
import { type BackupFolder, readFolder } from './backup-facts.ts';
import type { ArchiveFacts, Known, RestorableInterval } from './report.ts';

/** Lists an archive once, for several tables; why it is not known, if it is not. */
export async function askArchive(
  folder: BackupFolder,
  tables: readonly string[],
): Promise<Known<ReadonlyMap<string, ArchivedTableSummary>>> {
  const wanted = new Set(tables);
  return readFolder(folder, async ({ location, s3, abortSignal }) => {
    const { listArchive } = await import('../archive/list-archive.ts');
    const summaries = await listArchive(location, { s3, tables: (table) => wanted.has(table), abortSignal });
    return new Map(summaries.map((summary) => [summary.table, summary]));
  });
}

/** What an archive has of a table. */
export function archiveFacts({ restorable, points, gaps, broken, problem }: ArchivedTableSummary): ArchiveFacts {
  const times = restorable.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
  const alone = points.map((point) => point.toISOString());
  const latest = [...times.map(({ to }) => to), ...alone].sort().at(-1) ?? null;
  // What is broken while there are times is what archive verify and archive list say.
  const [lost] = latest === null ? broken : [];
  return {
    restorable: times,
    points: alone,
    latest,
    gaps: gaps.flatMap(({ from, until }) =>
      from === undefined ? [] : [{ from: from.toISOString(), until: until.toISOString() }],
    ),
    damage: problem?.split('\n', 1)[0] ?? (lost === undefined ? null : `${lost.file}: ${lost.problem}`),
  };
}

/** The times that a table can go back to by it. */
export function archivedTimes(archive: Known<ArchiveFacts | null>): readonly RestorableInterval[] {
  const facts = archive.known ? archive.value : null;
  if (facts === null) return [];
  const points = facts.points.map((point) => ({ from: point, to: point }));
  return [...facts.restorable, ...points].map(({ from, to }) => ({ by: 'archive', from, to, proved: null }));
}
