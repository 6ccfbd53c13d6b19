import type { NotedExport } from '../../archive/format/export-note.ts';
import { forEachAtOnce } from '../../aws/workers.ts';
import { wholeSecond, zonedTime } from '../../aws/zoned-time.ts';
import { CorruptBackupError } from '../../backup/errors.ts';
import { EXPORT_ADVICE, type ExportDescription, sharedFolderOf } from '../../backup/read/export-manifest.ts';
import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { ExportFailedError } from '../errors.ts';
import type { CompleteExport } from '../export/finish.ts';
import type { NextExport } from './plan-next.ts';

/** Data files that are looked for at once. */
const AT_ONCE = 16;

/**
 * Proves that a complete export is the one that was wanted, and that all of its data files are those that DynamoDB wrote, by their tags in S3.
 * Their content is not read.
 * @throws ExportFailedError where the manifests are of something else; CorruptBackupError where a data file is missing or another one
 */
export async function proveExport(
  archive: Storage,
  tableId: string,
  wanted: NextExport,
  { ended, description }: CompleteExport,
  options: StorageOptions,
): Promise<NotedExport> {
  requireWanted(archive, tableId, wanted, description);
  const { changesSince, exportTime, folder, files, itemCount, manifestHashes } = description;
  return {
    arn: description.exportArn,
    type: changesSince === undefined ? 'FULL_EXPORT' : 'INCREMENTAL_EXPORT',
    from: changesSince === undefined ? null : wholeSecond(changesSince).toISOString(),
    to: wholeSecond(exportTime).toISOString(),
    viewType: description.viewType ?? null,
    folder: folder.slice(archive.location.length + 1),
    manifests: manifestHashes,
    files: files.length,
    bytes: await findFiles(description, options),
    items: itemCount,
    kmsKeyId: ended.destination.kmsKeyId ?? null,
  };
}

function requireWanted(
  archive: Storage,
  tableId: string,
  { at, changesSince }: NextExport,
  { exportArn, tableId: exportedId, folder, format, ...said }: ExportDescription,
): void {
  const refused = (problem: string): ExportFailedError =>
    new ExportFailedError(`${folder} ${problem}.`, [`It is the export ${exportArn}.`, 'The archive is as it was.']);
  if (exportedId !== tableId) throw refused(`is of another table of this name, with the id ${exportedId}`);
  if (!folder.startsWith(`${archive.location}/`)) throw refused(`is not in the archive ${archive.location}`);
  if (format !== 'DYNAMODB_JSON') throw refused(`is in the format ${format}, not DYNAMODB_JSON`);
  const [from, to] = [said.changesSince, said.exportTime];
  const isSame =
    wholeSecond(to).getTime() === at.getTime() &&
    (from === undefined ? undefined : wholeSecond(from).getTime()) === changesSince?.getTime();
  if (isSame) return;
  const window = (since: Date | undefined, until: Date): string =>
    since === undefined
      ? `all items at ${zonedTime(until)}`
      : `changes from ${zonedTime(since)} to ${zonedTime(until)}`;
  throw refused(`has ${window(from, to)}, not ${window(changesSince, at)}`);
}

/** @returns the bytes of all data files */
async function findFiles({ folder, files }: ExportDescription, options: StorageOptions): Promise<number> {
  const own = await openStorage(folder, options);
  const shared = await openStorage(sharedFolderOf(own), options);
  let bytes = 0;
  await forEachAtOnce(files, AT_ONCE, options.abortSignal, async ({ name, path, isShared, etag }) => {
    const status = await (isShared ? shared : own).find(path);
    if (status === undefined) throw new CorruptBackupError(`${name} of the export is missing.`, EXPORT_ADVICE);
    const tag = status.version.replaceAll('"', '');
    if (etag !== undefined && etag.replaceAll('"', '') !== tag) {
      const problem = `its ETag is ${tag}, the export's manifest says ${etag}`;
      throw new CorruptBackupError(`${name} is not as DynamoDB wrote it: ${problem}.`, EXPORT_ADVICE);
    }
    bytes += status.size;
  });
  return bytes;
}
