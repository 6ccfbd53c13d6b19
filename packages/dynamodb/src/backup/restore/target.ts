import { placeOf } from '../../aws/client.ts';
import { TableNotFoundError } from '../../aws/errors.ts';
import type { RawAnswer } from '../../aws/raw-answer.ts';
import { hasItems } from '../../items/scan/has-items.ts';
import { compareSettings, type SettingsComparison } from '../../tables/compare-settings.ts';
import { createTable, waitUntilActive } from '../../tables/create.ts';
import { creationSettings, GIVEN_TO_NEW_TABLES } from '../../tables/creation-settings.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { describeFully } from '../../tables/describe-fully.ts';
import { applySettings, type SettingNotTaken } from '../../tables/later-settings.ts';
import { type KnownSettings, namedSettings, settingOf } from '../../tables/named-settings.ts';
import { schemaOf, type TableSchema, type TableSettings } from '../../tables/schema.ts';
import { parseTableName } from '../../tables/table-names.ts';
import { TargetNotEmptyError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { checkKey } from '../read/check-key.ts';
import type { Checkpoint } from '../store/checkpoint.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import type { RestoreOptions } from './options.ts';

/** The target as it stands, or as it is to be made. */
export interface Target {
  readonly description: TableDescription | undefined;
  readonly schema: TableSchema;
  /** What the table is to be if this restore makes it, or an earlier run of it has. */
  readonly wanted: TableSchema | undefined;
  /** The settings of the table that was backed up, as far as they are known. */
  readonly settings: KnownSettings | undefined;
}

export async function planTarget(options: RestoreOptions, reader: BackupSource): Promise<Target> {
  const { client, table, abortSignal } = options;
  const description = await findTable(client, table, abortSignal);
  const definition = (parseTableName(table) ?? parseTableName(reader.tableName ?? ''))?.definition;
  const schema = reader.schema ?? (definition === undefined ? undefined : schemaOf(definition));
  if (description !== undefined) {
    checkKey(reader, description, ['Nothing was written.', 'Name another table, or a new one.']);
    return { description, schema: description.schema, wanted: schema, settings: reader.settings };
  }
  if (!options.createTable) {
    const isCreatable = schema !== undefined;
    const create = isCreatable ? 'Create it first, or have it created.' : 'Create it first.';
    const advice = ['Nothing was written.', create];
    throw new TableNotFoundError(table, await placeOf(client), advice, undefined, { isCreatable });
  }
  if (schema === undefined) {
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was written.',
      'It cannot be made: no manifest has its key, and the name does not end in that of a Cumulus table.',
    ]);
  }
  return { description, schema, wanted: schema, settings: reader.settings };
}

export async function checkTargetItems(
  options: RestoreOptions,
  description: TableDescription | undefined,
  checkpoint: Checkpoint<RestoreCheckpoint>,
): Promise<void> {
  const { client, table, existingItems = 'refuse' } = options;
  if (description === undefined || existingItems !== 'refuse') return;
  await waitUntilActive(client, table, options.abortSignal);
  if (!(await hasItems(client, table, options.abortSignal))) return;
  const stopped = (await checkpoint.load()) !== undefined;
  throw new TargetNotEmptyError(stopped, `Table ${table} holds items already.`, [
    'Nothing was written.',
    stopped
      ? 'A restore of this file into it was interrupted: continue it.'
      : 'Name an empty table; or have items of the same key replaced, or kept.',
  ]);
}

export async function madeTable(
  options: RestoreOptions,
  { description, schema, settings }: Target,
): Promise<TableDescription> {
  const { client, table, abortSignal } = options;
  if (description !== undefined) return waitUntilActive(client, table, abortSignal);
  const more = settings === undefined ? {} : creationSettings(settings, await client.config.region());
  return createTable(client, table, schema, abortSignal, more);
}

/** What a table that was created got after its items, and how its settings differ from those that were backed up. */
export interface FinishedTable {
  readonly notTaken: readonly SettingNotTaken[];
  readonly settings?: SettingsComparison;
}

/**
 * Gives a table that was created the settings that come after its items.
 * @param described DynamoDB's answer to DescribeTable, after the items: none of these settings is in it
 */
export async function finishTable(
  { client, abortSignal }: RestoreOptions,
  table: TableDescription,
  { wanted = {}, settings }: { readonly wanted?: TableSettings | undefined } & Pick<Target, 'settings'>,
  described: RawAnswer,
): Promise<FinishedTable> {
  if (settings === undefined) {
    const { notTaken } = await applySettings(client, table, wanted);
    return { notTaken };
  }
  const { given, notTaken } = await applySettings(
    client,
    table,
    {
      ...wanted,
      recoveryPeriodInDays: settingOf(settings, 'RecoveryPeriodInDays') as number | undefined,
      tags: settingOf(settings, 'Tags') as Readonly<Record<string, string>> | undefined,
    },
    { mayLackTags: true },
  );
  const present = namedSettings(await describeFully(client, table, { described, abortSignal }));
  // DynamoDB returns tags some time after it has accepted them.
  return { notTaken, settings: compareSettings(settings, present, { except: given.includes('tags') ? ['Tags'] : [] }) };
}

/** What a table that is to be created will lack: what no new table is given. */
export function foreseenDifferences({ settings }: Target): SettingsComparison | undefined {
  if (settings === undefined) return undefined;
  const given = settings.settings.filter(({ setting }) => GIVEN_TO_NEW_TABLES.includes(setting));
  const made = { settings: [...given, { setting: 'BillingMode', value: 'PAY_PER_REQUEST' }], unknown: [] };
  return compareSettings(settings, made);
}
