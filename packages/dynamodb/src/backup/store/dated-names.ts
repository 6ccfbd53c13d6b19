import { pause } from '../../aws/pause.ts';
import { PARTIAL_SUFFIX, type Storage } from '../../storage/storage.ts';
import { commonBeginning, type DataFileForm, datedFileName, isDatedOf, newestFirst } from '../format/file-names.ts';
import { checkpointName } from './check-names.ts';

/** A name for a dated backup that begins now. If the name of this second is taken, it is that of the next. */
export async function newDatedName(storage: Storage, table: string, form: DataFileForm): Promise<string> {
  for (;;) {
    const name = datedFileName(table, new Date(), form);
    if ((await storage.find(name)) === undefined) return name;
    await pause(1_000 - (Date.now() % 1_000));
  }
}

/** The newest dated backup that was interrupted and can be continued. @param undated the data file's name without a time */
export async function findUnfinishedDated(storage: Storage, undated: string): Promise<string | undefined> {
  const names = (await storage.list(commonBeginning(undated))) ?? [];
  const unfinished = names.filter(
    (name) => isDatedOf(undated, name.slice(0, -PARTIAL_SUFFIX.length)) && name.endsWith(PARTIAL_SUFFIX),
  );
  return unfinished
    .map((name) => name.slice(0, -PARTIAL_SUFFIX.length))
    .filter((name) => names.includes(checkpointName(name)))
    .sort(newestFirst)[0];
}

/** Removes what dated backups that were interrupted have left. @param undated the data file's name without a time */
export async function removeUnfinishedDated(storage: Storage, undated: string): Promise<void> {
  const isOurs = (name: string): boolean => isDatedOf(undated, name);
  if (storage.canResume) {
    const end = checkpointName('');
    for (const name of (await storage.list(commonBeginning(undated))) ?? []) {
      if (name.endsWith(end) && isOurs(name.slice(0, -end.length))) await storage.remove(name);
    }
  }
  await storage.removeUnfinished(commonBeginning(undated), isOurs);
}
