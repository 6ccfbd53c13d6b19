import { checkRecipients } from '../../storage/encryption/recipients.ts';
import { describeWithAnswer, type TableDescription } from '../../tables/describe.ts';
import { describeFully, type FullDescription } from '../../tables/describe-fully.ts';
import { namedSettings } from '../../tables/named-settings.ts';
import {
  type BackupManifest,
  encryptionTo,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  scanTimeOf,
} from '../format/manifest.ts';
import { SOFTWARE } from '../format/software.ts';
import type { BackupState } from '../store/backup-checkpoint.ts';
import { BackupStore } from '../store/backup-store.ts';
import type { BackUpOptions, BackUpResult } from './options.ts';
import { replaceBackup } from './replace-backup.ts';
import { scanToFile } from './scan-to-file.ts';
import { tableOfManifest } from './table-of-manifest.ts';

/**
 * Backs a table up to `<directory>/<table>.json` (or `.json.gz`), one item a line in typed DynamoDB JSON, with a
 * manifest beside it. The file takes its name only when it is complete, counted and flushed to disk; until then, and
 * after any failure, the backup that was there is as it was. A dated backup is `<directory>/<table>.<UTC time>.json`, and takes
 * no other's place.
 *
 * @throws RecipientError before anything is read; TableNotFoundError, ConnectionError, AccessDeniedError, ThrottledError, FileError, StorageError,
 *   LeaseHeldError, ResumeMismatchError, TableReplacedError; StoppedError, InterruptedError where it stopped before its end
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { backUpTable } from '@cumulus/dynamodb/backup';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const { file, items } = await backUpTable({ client, table: 'prod-GranulesTable', directory: 'backups' });
 * console.log(`${items} items in ${file}`);
 * ```
 */
export async function backUpTable(options: BackUpOptions): Promise<BackUpResult> {
  const { client, table, abortSignal, keep = 1 } = options;
  const startedAt = performance.now();
  await checkRecipients(options.recipients);
  const { description, answer: described } = await describeWithAnswer(client, table, abortSignal);
  const store = await BackupStore.open(options, description);
  try {
    await store.enter();
    if (keep > 0) await store.requireKeepable();
    const full = describeFully(client, description, { described, abortSignal });
    // It is awaited after the scan. Without a handler, a failure before that would end the process.
    full.catch(() => undefined);
    const { discarded, ...scan } = await scanToFile(options, description, store);
    const said = await full;
    const manifest = await manifestOf(options, description, said, scan);
    const replaced = await replaceBackup(store, manifest, { keep, estimatedItems: description.estimatedItems });
    return {
      table,
      file: store.data,
      manifest: store.manifest,
      items: manifest.items,
      pointersToS3: manifest.pointersToS3 ?? 0,
      bytes: manifest.file.bytes,
      sha256: manifest.file.sha256,
      recipients: manifest.encryption?.recipients,
      seconds: (performance.now() - startedAt) / 1000,
      segments: manifest.scan.segments,
      resumed: manifest.scan.resumed > 0,
      scan: scanTimeOf(manifest),
      discarded,
      settingsNotKnown: namedSettings(said).unknown,
      ...replaced,
    };
  } finally {
    await store.leave();
  }
}

async function manifestOf(
  options: BackUpOptions,
  description: TableDescription,
  full: FullDescription,
  scan: BackupState,
): Promise<BackupManifest> {
  return {
    format: MANIFEST_FORMAT,
    formatVersion: MANIFEST_VERSION,
    createdBy: SOFTWARE,
    table: await tableOfManifest(options.client, description, full),
    scan: {
      startedAt: scan.startedAt,
      endedAt: new Date().toISOString(),
      segments: scan.positions.length,
      consistentRead: options.consistent ?? false,
      resumed: scan.resumed,
    },
    file: { compression: options.gzip ? 'gzip' : 'none', bytes: scan.bytes, sha256: scan.sha256 },
    encryption: encryptionTo(options.recipients),
    items: scan.items,
    pointersToS3: scan.pointersToS3,
  };
}
