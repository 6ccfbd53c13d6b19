import { createHash, randomUUID } from 'node:crypto';
import { tableOfFile } from '../../../src/backup/format/file-names.ts';
import { type BackupManifest, formatManifest } from '../../../src/backup/format/manifest.ts';
import { metadataOf } from '../../../src/backup/store/find-manifest.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { GRANULE_SCHEMA } from '../../scratch.ts';

/** What a backup in a test is like. */
export interface PutBackup {
  /** Its data file. */
  readonly name: string;
  /** When its reading began; it ended a minute later. Without it, there is no manifest. */
  readonly startedAt?: string;
  readonly content?: string;
}

/** Puts a data file and its manifest, as a backup does. @returns its SHA-256 and size */
export async function putBackup(
  storage: Storage,
  { name, startedAt, content = `{"granuleId":{"S":"${name}"}}\n` }: PutBackup,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const id = storage.keepsMetadata ? randomUUID() : undefined;
  const bytes = Buffer.byteLength(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await storage.prepare();
  const file = await storage.create(name, {
    contentType: 'application/x-ndjson',
    metadata: id === undefined ? {} : metadataOf(id),
    expectedBytes: bytes,
  });
  await file.append(Buffer.from(content));
  await file.finish();
  await file.publish();
  if (startedAt === undefined) return { sha256, bytes };
  const manifest: BackupManifest = {
    format: 'cumulus-dynamodb-backup',
    formatVersion: 1,
    id,
    createdBy: 'test',
    table: {
      name: tableOfFile(name),
      arn: 'arn',
      id: 'id',
      region: 'us-east-1',
      billingMode: 'PAY_PER_REQUEST',
      schema: GRANULE_SCHEMA,
    },
    scan: {
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(Date.parse(startedAt) + 60_000).toISOString(),
      segments: 1,
      consistentRead: false,
      resumed: 0,
    },
    file: { compression: 'none', bytes, sha256 },
    items: content.split('\n').length - 1,
  };
  await storage.write(`${name}.manifest.json`, formatManifest(manifest));
  return { sha256, bytes };
}
