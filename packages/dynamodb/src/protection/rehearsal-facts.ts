import { readRehearsals } from '../rehearsal/report/stored-reports.ts';
import { type BackupFolder, readFolder } from './backup-facts.ts';
import type { Known, RehearsalSummary } from './report.ts';

/** The newest rehearsal of a deployment, out of its reports beside the backups; null if there is none. */
export async function askRehearsal(folder: BackupFolder, prefix: string): Promise<Known<RehearsalSummary | null>> {
  return readFolder(folder, async ({ location, s3, abortSignal }) => {
    const { rehearsals } = await readRehearsals(location, { prefix, newest: 1, s3, abortSignal });
    const [stored] = rehearsals;
    if (stored === undefined) return null;
    const { file, report } = stored;
    const { endedAt, from, tables, seconds, outcome } = report;
    const proved = tables.filter((table) => table.outcome === 'proved').length;
    return { at: endedAt, from, tables: tables.length, proved, seconds, outcome, file };
  });
}
