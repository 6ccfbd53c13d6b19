import type { ProtectionPolicy } from './policy.ts';

/** Distinguishes a protection report from any other JSON. */
export const REPORT_FORMAT = 'cumulus-protection';

/** Raised when a reader of the former version would misunderstand the new one. */
export const REPORT_VERSION = 1;

/**
 * How safe a table or a deployment is: `protected` if all that its policy names holds, `warning` if only what the policy warns
 * of does not, `unprotected` if anything that it requires does not.
 */
export type Verdict = 'protected' | 'warning' | 'unprotected';

/** A fact, or why it is not known. What is not known never counts as protection. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  /** In words: `dynamodb:ListBackups is denied`, `not asked`, `the server does not support dynamodb:ListBackups`. */
  | { readonly known: false; readonly because: string };

/** Something that the policy requires, or warns of, and that does not hold. */
export interface Finding {
  /** Stable, for programs: `PITR_OFF`. docs/reference/protection-policy.md lists all of them. */
  readonly code: string;
  readonly level: 'failure' | 'warning';
  /** One sentence or two, without a command. */
  readonly message: string;
  /** The command that mends it; added by callers that know commands. */
  readonly fix?: string;
}

/** What protects a deployment, as of one instant. All times are ISO 8601 in UTC. */
export interface ProtectionReport {
  readonly format: typeof REPORT_FORMAT;
  readonly formatVersion: typeof REPORT_VERSION;
  /** When the facts were gathered, by AWS's clock. All ages are as of then. */
  readonly at: string;
  readonly prefix: string;
  readonly region: string;
  /** The folder or `s3://BUCKET/PREFIX` whose backups were looked at; null if none was named. */
  readonly backups: string | null;
  /** The archive that was looked at: a folder or `s3://BUCKET/PREFIX`; null if none was named. */
  readonly archive: string | null;
  /** As it was applied, with everything that a policy file left out. */
  readonly policy: ProtectionPolicy;
  /** The worst of the tables and of `findings`. */
  readonly verdict: Verdict;
  /** Those of the deployment as a whole; those of a table are in the table. */
  readonly findings: readonly Finding[];
  /** In the order of their names. */
  readonly tables: readonly TableProtection[];
  /** The newest that is known; null if none is. */
  readonly rehearsal: RehearsalSummary | null;
}

/** What protects a table. */
export interface TableProtection {
  /** The physical name: `prod-GranulesTable`. */
  readonly table: string;
  /** Cumulus's name: `GranulesTable`. */
  readonly name: string;
  /** Null if that is not known, since `dynamodb:DescribeTable` is denied. */
  readonly exists: boolean | null;
  /** When DynamoDB created the table, ISO 8601; null if that is not known, or there is none. */
  readonly createdAt: string | null;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** DynamoDB's estimates, which AWS updates about every six hours. */
  readonly items: number | null;
  readonly bytes: number | null;
  readonly pointInTime: Known<PointInTimeFacts>;
  readonly deletionProtection: Known<boolean>;
  readonly encryption: Known<EncryptionFacts>;
  /** Null where the stream is off. */
  readonly stream: Known<{ readonly viewType: string } | null>;
  /** The newest that is available; null if there is none. */
  readonly onDemand: Known<OnDemandFacts | null>;
  /** The newest backup file that is of this table; null if there is none. */
  readonly backup: Known<BackupFacts | null>;
  /** The newest backup file of this table with a proof; null if there is none. */
  readonly provedBackup: Known<BackupFacts | null>;
  /** Backup files of an earlier table of the same name: they do not protect this one. Newest first. */
  readonly otherTableBackups: readonly OtherTableBackup[];
  /** What is wrong with files among the backups. */
  readonly backupProblems: readonly { readonly file: string; readonly problem: string }[];
  /** The newest completed export; null if there is none. */
  readonly export: Known<ExportFacts | null>;
  /** What an archive of every change has of it; null if it has nothing. */
  readonly archive: Known<ArchiveFacts | null>;
  /** The times that the table can go back to, oldest first by their end: for a picture. */
  readonly restorable: readonly RestorableInterval[];
}

export interface PointInTimeFacts {
  readonly enabled: boolean;
  /** Null while it is off, and for some minutes after it was turned on. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** The configured length of the window; null where DynamoDB does not say. */
  readonly days: number | null;
}

export interface EncryptionFacts {
  /** `AWS_OWNED`: a key that AWS owns; `KMS`: a key of the account. */
  readonly type: 'AWS_OWNED' | 'KMS';
  /** The ARN of the key; null for one that AWS owns. */
  readonly key: string | null;
  /** `ENABLED`, `UPDATING`, …; `INACCESSIBLE` if DynamoDB cannot use the key; null for a key that AWS owns. */
  readonly status: string | null;
}

export interface OnDemandFacts {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: string;
  readonly status: string;
  /** `USER`, `SYSTEM` or `AWS_BACKUP`. */
  readonly type: string;
}

export interface BackupFacts {
  /** A path or URL. */
  readonly file: string;
  /** When the reading of its items began, which is what its age is counted from. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly items: number;
  /** Of the file as it is stored. */
  readonly bytes: number;
  readonly proofs: readonly ProofFacts[];
}

export interface ProofFacts {
  /** `file`: read whole; `table`: compared with a live table; `rehearsal`: restored and compared. */
  readonly how: 'file' | 'table' | 'rehearsal';
  readonly at: string;
  /** The table that it was compared with; null if it was none. */
  readonly table: string | null;
}

export interface OtherTableBackup {
  readonly file: string;
  readonly startedAt: string;
}

export interface ExportFacts {
  readonly arn: string;
  /** The instant of its items. */
  readonly at: string;
  readonly status: string;
  /** The folder in S3. */
  readonly to: string;
}

/** What an archive has of a table, as far as its segments' heads say. */
export interface ArchiveFacts {
  /** Seconds in a row at which the table can be restored, in the order of time. */
  readonly restorable: readonly { readonly from: string; readonly to: string }[];
  /** Seconds that can be restored, and not those around them, in the order of time. */
  readonly points: readonly string[];
  /** The latest second that can be restored; null while there is none. */
  readonly latest: string | null;
  /** Times since its beginning in which changes may be missing, in their order. */
  readonly gaps: readonly { readonly from: string; readonly until: string }[];
  /** What is damaged, so that nothing else is known; null if nothing is. */
  readonly damage: string | null;
}

/** A time, or a span of time, that a table can go back to. */
export interface RestorableInterval {
  readonly by: 'point-in-time' | 'archive' | 'on-demand' | 'backup' | 'export';
  readonly from: string;
  /** The same as `from` for one instant. */
  readonly to: string;
  /** Whether a proof of the backup file is noted; null for all but backup files. */
  readonly proved: boolean | null;
}

/** A rehearsal, in short. */
export interface RehearsalSummary {
  /** When it ended. */
  readonly at: string;
  readonly from: 'backup' | 'pitr' | 'on-demand' | 'archive';
  readonly tables: number;
  /** How many of the tables came back and were proved by value. */
  readonly proved: number;
  readonly seconds: number;
  readonly outcome: 'proved' | 'restored' | 'failed';
  /** Its report: a path or URL. */
  readonly file: string;
}

/** A table's facts, before they are judged. */
export type TableFacts = Omit<TableProtection, 'verdict' | 'findings'>;

/** What was found out of a deployment, before it is judged. */
export interface ProtectionFacts
  extends Pick<ProtectionReport, 'at' | 'prefix' | 'region' | 'backups' | 'archive' | 'rehearsal'> {
  /** Why the folder of the backups could not be read; null if it could, and where none was named. */
  readonly backupsUnreadable: string | null;
  /** Why the archive could not be read; null if it could, and where none was named. */
  readonly archiveUnreadable: string | null;
  readonly tables: readonly TableFacts[];
}
