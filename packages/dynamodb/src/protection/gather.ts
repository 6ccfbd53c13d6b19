import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ArchivedTableSummary } from '../archive/list-archive.ts';
import type { TableBackups } from '../backup/catalogue/list-catalogue.ts';
import type { OnDemandBackup } from '../recovery/on-demand/backup.ts';
import type { S3Access } from '../storage/open-storage.ts';
import { type CountsTableName, RECORD_COUNTS_TABLE, TABLE_NAMES, type TableName } from '../tables/definitions.ts';
import type { TableDescription } from '../tables/describe.ts';
import { physicalTableName } from '../tables/table-names.ts';
import { archivedTimes, archiveFacts, askArchive } from './archive-facts.ts';
import { mapFact } from './ask-fact.ts';
import { askCatalogue, type BackupFolder, factsOfBackups } from './backup-facts.ts';
import {
  askOnDemand,
  type ListAwsBackups,
  newestOnDemand,
  type OnDemandBackups,
  onDemandOf,
} from './on-demand-facts.ts';
import { askRehearsal } from './rehearsal-facts.ts';
import type { Known, ProtectionFacts, RestorableInterval, TableFacts } from './report.ts';
import { type AskedTable, askTable, encryptionOf, factOf } from './table-facts.ts';

export interface GatherProtectionOptions {
  readonly client: DynamoDBClient;
  /** Of the deployment: `prod`. */
  readonly prefix: string;
  /** The folder of the backup files, or `s3://BUCKET/PREFIX`; without it, nothing is known of them, and of rehearsals. */
  readonly backups?: string | undefined;
  /** The archive of every change: a folder, or `s3://BUCKET/PREFIX`; without it, nothing is known of it. */
  readonly archive?: string | undefined;
  /** How to ask S3, if they are there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /**
   * What lists the backups that AWS Backup keeps: `listAwsBackups` of `@cumulus/dynamodb/recovery`. Without it, those are not known. It is given,
   * so that programs that do without it have no client of AWS Backup.
   */
  readonly awsBackups?: ListAwsBackups | undefined;
  /** How long reading the folder, or the archive, may take, in milliseconds, before it counts as not known; any time unless given. */
  readonly backupsTimeLimit?: number | undefined;
  /** Gives a table's physical name; `PREFIX-NAME` unless given. */
  readonly tableName?: ((name: TableName | CountsTableName) => string) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

const NOT_ASKED = { known: false, because: 'not asked: no folder of backups was named' } as const;
const NO_ARCHIVE = { known: false, because: 'not asked: no archive was named' } as const;

/**
 * Finds out what protects each table of a deployment: that of the counts too, where it exists. It changes nothing. What the
 * credentials do not permit, and what the server does not support, is named as unknown.
 * @throws ConnectionError, CredentialsError and InterruptedError, which keep anything from being known
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { gatherProtection } from '@cumulus/dynamodb/protection';
 *
 * const { tables } = await gatherProtection({ client: createClient(), prefix: 'prod', backups: 'backups' });
 * for (const { name, pointInTime } of tables) console.log(name, pointInTime.known && pointInTime.value.enabled);
 * ```
 */
export async function gatherProtection(options: GatherProtectionOptions): Promise<ProtectionFacts> {
  const { client, prefix, backups, archive, s3, abortSignal, backupsTimeLimit: timeLimit } = options;
  const tableName = options.tableName ?? ((name) => physicalTableName(prefix, name));
  const names: readonly (TableName | CountsTableName)[] = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name].sort();
  const tables = names.map(tableName);
  const folderAt = (location: string): BackupFolder => ({ location, s3, abortSignal, timeLimit });
  const folder = backups === undefined ? undefined : folderAt(backups);
  const [asked, onDemand, catalogue, archived, rehearsal] = await Promise.all([
    Promise.all(names.map((name) => askTable({ name, table: tableName(name) }, client, abortSignal))),
    askOnDemand({ client, tables, abortSignal }, options.awsBackups),
    folder === undefined ? NOT_ASKED : askCatalogue(folder, tables),
    archive === undefined ? NO_ARCHIVE : askArchive(folderAt(archive), tables),
    folder === undefined ? NOT_ASKED : askRehearsal(folder, prefix),
  ]);
  return {
    at: timeOfAws(client).toISOString(),
    prefix,
    region: await client.config.region(),
    backups: backups ?? null,
    backupsUnreadable: folder === undefined || catalogue.known ? null : catalogue.because,
    archive: archive ?? null,
    archiveUnreadable: archive === undefined || archived.known ? null : archived.because,
    tables: asked
      .filter((table) => !isAbsentCounts(table))
      .map((table) => factsOf(table, { onDemand, catalogue, archived })),
    rehearsal: rehearsal.known ? rehearsal.value : null,
  };
}

/** The SDK notes by how much AWS's clock differs from this machine's, from the times of its answers. */
function timeOfAws({ config: { systemClockOffset } }: DynamoDBClient): Date {
  return new Date(Date.now() + systemClockOffset);
}

/** A deployment may do without counts. */
function isAbsentCounts({ name, description }: AskedTable): boolean {
  return name === RECORD_COUNTS_TABLE.name && description.known && description.value === undefined;
}

/** What is known of all tables at once. */
interface OfAllTables {
  readonly onDemand: Known<OnDemandBackups>;
  readonly catalogue: Known<ReadonlyMap<string, TableBackups>>;
  readonly archived: Known<ReadonlyMap<string, ArchivedTableSummary>>;
}

function factsOf(asked: AskedTable, { onDemand, catalogue, archived }: OfAllTables): TableFacts {
  const { description } = asked;
  const present = description.known ? description.value : undefined;
  const own = onDemand.known ? onDemandOf(onDemand.value, asked.table, present?.createdAt) : [];
  const archive = mapFact(archived, (summaries) => {
    const summary = summaries.get(asked.table);
    return summary === undefined ? null : archiveFacts(summary);
  });
  const { restorable, ...ofBackups } = factsOfBackups(catalogue, asked.table, present);
  return {
    table: asked.table,
    name: asked.name,
    exists: description.known ? present !== undefined : null,
    createdAt: present?.createdAt?.toISOString() ?? null,
    items: present?.estimatedItems ?? null,
    bytes: present?.estimatedBytes ?? null,
    pointInTime: asked.pointInTime,
    deletionProtection: factOf(asked, deletionProtectionOf),
    encryption: factOf(asked, (table) => ({ known: true, value: encryptionOf(table) })),
    stream: factOf(asked, streamOf),
    onDemand: onDemand.known ? newestOnDemand(own, onDemand.value) : onDemand,
    ...ofBackups,
    export: asked.export,
    archive,
    restorable: restorableTimes(asked, own, [...restorable, ...archivedTimes(archive)]),
  };
}

function deletionProtectionOf({ deletionProtection }: TableDescription): Known<boolean> {
  return deletionProtection === undefined
    ? { known: false, because: 'the server does not say' }
    : { known: true, value: deletionProtection };
}

function streamOf({ schema: { stream } }: TableDescription): TableFacts['stream'] {
  return { known: true, value: stream === undefined ? null : { viewType: stream } };
}

function restorableTimes(
  { pointInTime, export: exported }: AskedTable,
  onDemand: readonly OnDemandBackup[],
  files: readonly RestorableInterval[],
): readonly RestorableInterval[] {
  const times = [...onDemand.map(({ createdAt }) => instant('on-demand', createdAt.toISOString())), ...files];
  if (pointInTime.known) {
    const { earliest, latest } = pointInTime.value;
    if (earliest !== null && latest !== null) {
      times.push({ by: 'point-in-time', from: earliest, to: latest, proved: null });
    }
  }
  if (exported.known && exported.value !== null) times.push(instant('export', exported.value.at));
  return times.sort((a, b) => (a.to < b.to ? -1 : 1));
}

function instant(by: RestorableInterval['by'], at: string): RestorableInterval {
  return { by, from: at, to: at, proved: null };
}
