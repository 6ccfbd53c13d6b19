import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { placeOf } from '../aws/client.ts';
import type { Progress, ProgressListener } from '../items/progress.ts';
import type { S3Access } from '../storage/open-storage.ts';
import type { TableName } from '../tables/definitions.ts';
import { type DeployedTable, findDeployment, isOptionalTable } from '../tables/deployment.ts';
import { TablesMissingError } from '../tables/errors.ts';
import type { MeasuredTable } from './estimate.ts';
import type { RehearsalSource } from './report/report.ts';
import { findEarlier, lookAtEarlier, runningError } from './scratch/earlier.ts';
import { journalName, newScratchPrefix, scratchTableName } from './scratch/names.ts';
import { archiveSources } from './sources/archive.ts';
import { backupFileSources } from './sources/backup-files.ts';
import { onDemandSources } from './sources/on-demand-backups.ts';
import { pointInTimeSources } from './sources/point-in-time.ts';
import type { DeploymentTable, SourceContext, TableSource } from './sources/source.ts';

/** Which tables are rehearsed, and from what. */
export interface RehearsalOptions {
  readonly client: DynamoDBClient;
  /** The client of the tables' streams. */
  readonly streams: DynamoDBStreamsClient;
  /** The deployment's. */
  readonly prefix: string;
  /**
   * What to restore from: the newest backup file of each table, point-in-time recovery, the newest on-demand backup of each
   * table, or an archive of changes.
   */
  readonly from: RehearsalSource;
  /** All tables that the deployment has, and that have to be restorable so, unless given. */
  readonly tables?: readonly TableName[] | undefined;
  /** The folder of the backup files: a path, or `s3://BUCKET/PREFIX`. Needed for `backup`. */
  readonly backups?: string | undefined;
  /** Where the archive is: a path, or `s3://BUCKET/PREFIX`. Needed for `archive`. */
  readonly archive?: string | undefined;
  /** For `pitr` and `archive`, the instant; the latest of each table unless given. */
  readonly at?: Date | undefined;
  /** How to ask S3, if the backups are there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens each backup that is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** Tables that are restored at once; 4 unless given. */
  readonly concurrency?: number | undefined;
  /** The most read capacity units to use in a second, of each table. */
  readonly maxReadUnits?: number | undefined;
  /** The most write capacity units to use in a second, of each table. */
  readonly maxWriteUnits?: number | undefined;
  /** How long a change may take to be in a table's stream, in milliseconds; 15 seconds unless given. */
  readonly settleTime?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<Progress> | undefined;
  /** Called with what a person should know while the rehearsal goes on. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** A rehearsal that may begin. */
export interface PlannedRehearsal {
  readonly options: RehearsalOptions;
  readonly region: string;
  /** What the names of the tables begin with that it creates. */
  readonly scratchPrefix: string;
  readonly tables: readonly PlannedTable[];
  /** Tables that need not be restorable so, and are not. */
  readonly leftOut: readonly { readonly table: string; readonly because: string }[];
  /** Tables of the deployment that are not rehearsed, for the estimate. */
  readonly others: readonly Pick<MeasuredTable, 'table' | 'bytes'>[];
  /** Tables of earlier rehearsals, whose process is dead, that it removes first. */
  readonly removesEarlier: readonly string[];
}

/** A table that is to be rehearsed. */
export interface PlannedTable extends TableSource {
  readonly scratchTable: string;
}

/**
 * Finds out what a rehearsal would restore and create; it changes nothing. What keeps a single table from being restored is its
 * `problem`.
 * @throws PrefixNotRehearsableError; RehearsalRunningError if another rehearsal of the deployment is under way; TablesMissingError if
 *   there is no table to rehearse; FileError, StorageError for the backups; AccessDeniedError, ConnectionError
 * @example
 * ```ts
 * import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
 * import { planRehearsal } from '@cumulus/dynamodb/rehearsal';
 *
 * const [client, streams] = [createClient(), createStreamsClient()];
 * const { tables } = await planRehearsal({ client, streams, prefix: 'prod', from: 'backup', backups: 'backups' });
 * for (const { table, source, scratchTable } of tables) console.log(table, source, scratchTable);
 * ```
 */
export async function planRehearsal(options: RehearsalOptions): Promise<PlannedRehearsal> {
  const { client, prefix, abortSignal } = options;
  const scratchPrefix = await newScratchPrefix(prefix, new Date());
  const removesEarlier = await findRemovable(options);
  const deployed = await findDeployment(client, prefix, abortSignal);
  const all = deployed.map(({ definition, name: table, description }) => ({
    name: definition.name,
    table,
    description,
  }));
  const sources = await findSources(options, scratchPrefix, all);
  const found = deployed.map((table, index) => roleOf(options, table, sources[index] as TableSource));
  const chosen = found.filter(({ role }) => role === 'rehearsed');
  if (chosen.length === 0 || !found.some(({ exists, source }) => exists || source.problem === null)) {
    const missing = all.map(({ table }) => table);
    throw new TablesMissingError(missing, await placeOf(client), ['Nothing was created.', 'Check prefix and region.']);
  }
  return {
    options,
    region: await client.config.region(),
    scratchPrefix,
    tables: chosen.map(({ source }) => ({ ...source, scratchTable: scratchTableName(scratchPrefix, source.name) })),
    leftOut: found
      .filter(({ role }) => role === 'left out')
      .map(({ source: { table, problem } }) => ({ table, because: problem ?? '' })),
    others: found
      .filter(({ role }) => role === 'other')
      .map(({ source: { table, bytes }, estimatedBytes }) => {
        return { table, bytes: bytes ?? estimatedBytes };
      }),
    removesEarlier,
  };
}

/** @throws RehearsalRunningError */
async function findRemovable({ client, prefix, abortSignal }: RehearsalOptions): Promise<readonly string[]> {
  const removable: string[] = [];
  for (const earlier of await findEarlier(client, prefix, abortSignal)) {
    const found = await lookAtEarlier(client, earlier, abortSignal);
    if (found.state === 'running') throw runningError(prefix, earlier, found.problem);
    if (found.state !== 'dead') continue;
    const named = new Set(found.content.tables.map(({ table }) => table));
    const journal = journalName(earlier.scratchPrefix.text);
    removable.push(...earlier.tables.filter((table) => named.has(table) || table === journal));
  }
  return removable;
}

/** The sources of all tables, in their order. */
async function findSources(
  options: RehearsalOptions,
  scratchPrefix: string,
  all: readonly DeploymentTable[],
): Promise<readonly TableSource[]> {
  const { from, backups, archive, at, abortSignal } = options;
  const context: SourceContext = options;
  if (from === 'on-demand') return onDemandSources(context, all, abortSignal);
  if (from === 'pitr') {
    const scratchName = ({ name }: DeploymentTable): string => scratchTableName(scratchPrefix, name);
    return pointInTimeSources(context, at, all, scratchName, abortSignal);
  }
  if (from === 'archive') {
    if (archive === undefined) throw new TypeError('A rehearsal of an archive needs its place');
    return archiveSources(context, { location: archive, at }, all, abortSignal);
  }
  if (backups === undefined) throw new TypeError('A rehearsal of backup files needs their folder');
  return backupFileSources(context, backups, all, abortSignal);
}

/** What a table of the deployment is for the rehearsal. */
interface TableRole {
  readonly source: TableSource;
  /** `left out`: it need not be restorable so. `other`: it is not rehearsed, but is a part of the deployment. */
  readonly role: 'rehearsed' | 'left out' | 'other' | 'absent';
  readonly exists: boolean;
  readonly estimatedBytes: number | null;
}

function roleOf({ from, tables }: RehearsalOptions, deployed: DeployedTable, source: TableSource): TableRole {
  const { description, definition, name } = deployed;
  const exists = description !== undefined;
  const found = { source, exists, estimatedBytes: description?.estimatedBytes ?? null };
  if (tables !== undefined) {
    if (tables.includes(definition.name)) return { ...found, role: 'rehearsed' };
    return { ...found, role: exists && source.problem === null ? 'other' : 'absent' };
  }
  if (source.problem === null) return { ...found, role: 'rehearsed' };
  if (!exists && isOptionalTable(name)) return { ...found, role: 'absent' };
  // Sessions, semaphores and the like, which no definition protects.
  const isProtected = from === 'archive' ? definition.stream : definition.pointInTimeRecovery;
  return { ...found, role: from === 'backup' || isProtected ? 'rehearsed' : 'left out' };
}
