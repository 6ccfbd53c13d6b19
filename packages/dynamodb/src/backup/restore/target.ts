import { placeOf } from '../../client.ts';
import { TableNotFoundError, TargetNotEmptyError } from '../../errors.ts';
import { hasItems } from '../../items/has-items.ts';
import { createTable, waitUntilActive } from '../../tables/create.ts';
import { parseTableName } from '../../tables/definitions.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { schemaOf, type TableSchema } from '../../tables/schema.ts';
import type { BackupSource } from '../backup-source.ts';
import { checkKey } from '../check-key.ts';
import type { CheckpointFile } from '../checkpoint-file.ts';
import type { RestoreCheckpoint } from '../restore-checkpoint.ts';
import type { RestoreOptions } from './options.ts';

/** The target as it stands, or as it is to be made. */
export interface Target {
  readonly description: TableDescription | undefined;
  readonly schema: TableSchema;
}

export async function planTarget(options: RestoreOptions, reader: BackupSource): Promise<Target> {
  const { client, table, abortSignal } = options;
  const description = await findTable(client, table, abortSignal);
  if (description !== undefined) {
    checkKey(reader, description, ['Nothing was written.', 'Name another table, or a new one with --create-table.']);
    return { description, schema: description.schema };
  }
  const definition = (parseTableName(table) ?? parseTableName(reader.tableName ?? ''))?.definition;
  const schema = reader.schema ?? (definition === undefined ? undefined : schemaOf(definition));
  if (!options.createTable) {
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was written.',
      schema === undefined ? 'Create it first.' : 'Create it first, or have it made by --create-table.',
    ]);
  }
  if (schema === undefined) {
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was written.',
      'It cannot be made: no manifest tells its key, and the name does not end in that of a Cumulus table.',
    ]);
  }
  return { description, schema };
}

export async function checkTargetItems(
  options: RestoreOptions,
  description: TableDescription | undefined,
  checkpoint: CheckpointFile<RestoreCheckpoint>,
): Promise<void> {
  const { client, table, existingItems = 'refuse' } = options;
  if (description === undefined || existingItems !== 'refuse') return;
  await waitUntilActive(client, table, options.abortSignal);
  if (!(await hasItems(client, table, options.abortSignal))) return;
  const stopped = (await checkpoint.load()) !== undefined;
  throw new TargetNotEmptyError(`Table ${table} holds items already.`, [
    'Nothing was written.',
    stopped
      ? `A restore of this file into it was interrupted: continue it with --resume.`
      : 'Name an empty table; or replace items of the same key with --overwrite, or keep them with --skip-existing.',
  ]);
}

export async function madeTable(options: RestoreOptions, { description, schema }: Target): Promise<TableDescription> {
  const { client, table, abortSignal } = options;
  return description === undefined
    ? createTable(client, table, schema, abortSignal)
    : waitUntilActive(client, table, abortSignal);
}
