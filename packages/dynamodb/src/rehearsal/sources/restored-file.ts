import { openBackup } from '../../backup/read/open-backup.ts';
import { restoreTable } from '../../backup/restore/restore-table.ts';
import { verifyBackup } from '../../backup/verify.ts';
import { createTable } from '../../tables/create.ts';
import { creationSettings } from '../../tables/creation-settings.ts';
import { TABLE_DEFINITIONS, type TableName } from '../../tables/definitions.ts';
import { schemaOf } from '../../tables/schema.ts';
import type { Proved } from '../prove/proved.ts';
import type { SourceContext } from './source.ts';

/** A table that was restored from a file. */
export interface RestoredFile {
  readonly file: string;
  readonly scratchTable: string;
  /** How many items were restored. */
  readonly restored: number;
}

/** Restores a file into a table with the key, the indexes and the encryption of the one that was backed up. */
export async function restoreFile(
  { client, s3, identities, maxWriteUnits, onProgress, onWarning }: SourceContext,
  file: string,
  { name, scratchTable }: { readonly name: TableName; readonly scratchTable: string },
  abortSignal: AbortSignal,
): Promise<{ readonly items: number; readonly proved: boolean }> {
  const reader = await openBackup(file, { s3, identities, abortSignal });
  const { schema = schemaOf(definitionOf(name)), settings } = reader;
  await reader.close();
  // What else a new table gets would make it last, or let items go.
  const { SSESpecification } = settings === undefined ? {} : creationSettings(settings, await client.config.region());
  await createTable(client, scratchTable, { ...schema, stream: undefined }, abortSignal, { SSESpecification });
  return restoreTable({
    ...{ client, file, s3, identities, table: scratchTable, maxWriteUnits, abortSignal, onProgress, onWarning },
    resumable: false,
  });
}

function definitionOf(name: TableName): (typeof TABLE_DEFINITIONS)[number] {
  const found = TABLE_DEFINITIONS.find((definition) => definition.name === name);
  if (found === undefined) throw new TypeError(`${name} has no definition`);
  return found;
}

/** What a comparison of a restored table with its file has shown, and the proof of the file. */
interface ComparedFile extends Proved {
  readonly sha256: string;
  readonly bytes: number;
}

/** @param calledAs what the file is called in messages */
export async function compareWithFile(
  { client, s3, identities, maxReadUnits, onProgress }: SourceContext,
  { file, scratchTable, restored, calledAs }: RestoredFile & { readonly calledAs: string },
  abortSignal: AbortSignal,
): Promise<ComparedFile> {
  const { comparison, sha256, bytes } = await verifyBackup({
    ...{ file, s3, identities, maxReadUnits, abortSignal, onProgress },
    liveTable: { client, name: scratchTable },
  });
  if (comparison === undefined) throw new TypeError('A comparison was left out');
  const { same, changed, missing, extra, expired: explained, tableItems: items, equal } = comparison;
  const compared = same + changed + missing + extra + explained;
  const found = { items, proof: { compared, same, changed, missing, extra, explained }, sha256, bytes };
  if (equal && items === restored) return { ...found, outcome: 'proved' };
  const failure = `The restored table is not what ${calledAs} holds: ${missing} missing, ${changed} changed, ${extra} extra.`;
  return { ...found, outcome: 'failed', failure };
}
