import { isObject } from '../../aws/is-object.ts';
import type { FullDescription } from '../../tables/describe-fully.ts';
import { type KnownSettings, namedSettings, namedSettingsOfSchema } from '../../tables/named-settings.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { ManifestError } from '../errors.ts';

/** Distinguishes a manifest from any other JSON file. */
export const MANIFEST_FORMAT = 'cumulus-dynamodb-backup';

/** Raised when a reader of the former version would misunderstand the new one. */
export const MANIFEST_VERSION = 1;

/** What is known of a backup file, so that it can be proved to be whole. docs/reference/backup-format.md describes each field. */
export interface BackupManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly formatVersion: typeof MANIFEST_VERSION;
  /** A random identity, which the data object in S3 has among its metadata too; absent on disk. */
  readonly id?: string | undefined;
  /** The software that wrote the backup. */
  readonly createdBy: string;
  /** The table that was read. */
  readonly table: {
    readonly name: string;
    readonly arn: string;
    readonly id: string;
    readonly region: string;
    readonly billingMode: string;
    readonly schema: TableSchema;
    /** All that DynamoDB said of it; absent in manifests of earlier releases. */
    readonly description?: FullDescription;
  };
  /**
   * How and when it was read; times are ISO 8601 in UTC. The start is that of the first run, where the backup was continued
   * after a stop: each item is as it was at some moment from there to the end.
   */
  readonly scan: {
    readonly startedAt: string;
    readonly endedAt: string;
    readonly segments: number;
    readonly consistentRead: boolean;
    /** How often the backup was continued after a stop. */
    readonly resumed: number;
  };
  /** The data file: its size as it is stored, and the SHA-256 of its bytes in hexadecimal. */
  readonly file: {
    readonly compression: 'none' | 'gzip';
    readonly bytes: number;
    readonly sha256: string;
  };
  /** Present if the data file is encrypted. `file.compression` then says how what is in it is packed. */
  readonly encryption?: Encryption | undefined;
  /** Items in the file, one a line. */
  readonly items: number;
  /**
   * How often items point to an object in S3 that holds what was too large for them, and that the backup does not; absent for
   * none. See `pointersOfBackup`.
   */
  readonly pointersToS3?: number | undefined;
  /** Present if the items were not read from the table, but put together from an archive, as they were at a second. */
  readonly fromArchive?: FromArchive | undefined;
}

/** How a file is encrypted. */
export interface Encryption {
  /** https://age-encryption.org/v1 */
  readonly format: 'age';
  /** The public keys; the secret key of any of them opens the file. */
  readonly recipients: readonly string[];
}

/** How a file is encrypted to public keys of age; undefined without any. */
export function encryptionTo(recipients: readonly string[] | undefined): Encryption | undefined {
  return recipients === undefined ? undefined : { format: 'age', recipients: [...new Set(recipients)] };
}

/** What the state of a table at a second was made of. */
interface FromArchive {
  /** The second: ISO 8601, UTC. */
  readonly at: string;
  /** The backup that it was made from. */
  readonly base: { readonly file: string; readonly sha256: string };
  /** How many changes came after the base, up to that second. */
  readonly changes: number;
  /** The label of the stream whose changes after that second can follow; absent if the state was written to be restored alone. */
  readonly stream?: string | undefined;
  /** The merged changes in whose place it is: what comes next names these as what it follows. */
  readonly replaces?: { readonly name: string; readonly sha256: string } | undefined;
}

/** The settings that the table had when it was read, as far as the manifest has them. */
export function settingsOfManifest({ table }: Pick<BackupManifest, 'table'>): KnownSettings {
  const { description, schema, billingMode } = table;
  return description === undefined ? namedSettingsOfSchema(schema, billingMode) : namedSettings(description);
}

/** The manifest's text, as it is stored. */
export function formatManifest(manifest: BackupManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Reads a manifest's text.
 * @param path what to call it in messages
 * @throws ManifestError if it is none, or one of a later version
 */
export function parseManifest(text: string, path: string): BackupManifest {
  let manifest: Partial<BackupManifest> | null;
  try {
    manifest = JSON.parse(text) as Partial<BackupManifest> | null;
  } catch (error) {
    throw new ManifestError(`${path} is not JSON: ${(error as Error).message}.`, ADVICE, error);
  }
  if (manifest?.format !== MANIFEST_FORMAT) throw new ManifestError(`${path} is not a manifest of a backup.`, ADVICE);
  const { formatVersion } = manifest;
  if (formatVersion !== MANIFEST_VERSION) {
    throw new ManifestError(`${path} has the format version ${formatVersion}, not ${MANIFEST_VERSION}.`, [
      'Use the release that wrote the backup, or a later one.',
    ]);
  }
  const missing = missingField(manifest);
  if (missing !== undefined) throw new ManifestError(`${path} lacks ${missing}.`, ADVICE);
  return manifest as BackupManifest;
}

const ADVICE = ['Without its manifest a backup can still be read: move the manifest away to do so, unproved.'];

function missingField(manifest: Partial<BackupManifest>): string | undefined {
  const { file, items, table, scan } = manifest;
  if (!Number.isSafeInteger(items)) return 'items, a whole number';
  if (!Number.isSafeInteger(file?.bytes)) return 'file.bytes, a whole number';
  if (!/^[0-9a-f]{64}$/.test(file?.sha256 ?? '')) return 'file.sha256';
  if (file?.compression !== 'none' && file?.compression !== 'gzip') return 'file.compression, none or gzip';
  if (manifest.encryption !== undefined && !isEncryption(manifest.encryption)) return 'encryption.format, age';
  if (typeof table?.name !== 'string') return 'table.name';
  if (typeof table.schema?.key?.hash?.name !== 'string') return 'table.schema.key';
  if (!Array.isArray(table.schema.globalIndexes) || !Array.isArray(table.schema.localIndexes)) {
    return 'table.schema.globalIndexes or localIndexes';
  }
  if (Number.isNaN(Date.parse(scan?.startedAt ?? ''))) return 'scan.startedAt, a time';
  const { description } = table;
  if (description !== undefined && !(isRecord(description.answers) && isRecord(description.unanswered))) {
    return 'table.description.answers or unanswered';
  }
  if (Number.isNaN(Date.parse(scan?.endedAt ?? ''))) return 'scan.endedAt, a time';
  if (!Number.isSafeInteger(scan?.resumed)) return 'scan.resumed, a whole number';
  return undefined;
}

/** Whether a value is {@link Encryption} that this release knows. */
export function isEncryption(value: unknown): value is Encryption {
  if (!isObject(value)) return false;
  const { format, recipients } = value as { readonly [field: string]: unknown };
  return format === 'age' && Array.isArray(recipients) && recipients.every((each) => typeof each === 'string');
}

/** Whether a value is an object of objects. */
function isRecord(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isObject);
}

/** Over which time a backup's items were read: ISO 8601, UTC. Continued after a stop, it is from the first run's start. */
export type ScanTime = Pick<BackupManifest['scan'], 'startedAt' | 'endedAt' | 'resumed'>;

export function scanTimeOf({ scan: { startedAt, endedAt, resumed } }: BackupManifest): ScanTime {
  return { startedAt, endedAt, resumed };
}
