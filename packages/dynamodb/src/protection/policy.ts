/** What is the matter if a check does not hold: `require` a failure, `warn` a warning, `off` nothing. */
export type Level = 'require' | 'warn' | 'off';

/** A check, and how strict it is. */
export interface Check {
  readonly level: Level;
}

/** What must hold for a table. */
export interface TablePolicy {
  /** The table exists. */
  readonly exists: Check;
  /** Point-in-time recovery is on, its window is at least `minDays` long, and it ends at most `maxLagMinutes` ago. */
  readonly pointInTime: Check & { readonly minDays: number; readonly maxLagMinutes: number };
  readonly deletionProtection: Check;
  /** DynamoDB can use the table's key; with `type` `KMS` that key is one of the account. */
  readonly encryption: Check & { readonly type: 'any' | 'KMS' };
  /** The stream is on where the table's definition has one. */
  readonly stream: Check;
  /** There is a backup file whose reading began at most `maxAgeHours` ago. */
  readonly backup: Check & { readonly maxAgeHours: number };
  /** There is a backup file with a proof whose reading began at most `maxAgeDays` ago. */
  readonly proof: Check & { readonly maxAgeDays: number };
  /** The newest backup file has at least `minPercent` of the items that DynamoDB estimates. */
  readonly backupSize: Check & { readonly minPercent: number };
  /** There is an on-demand backup of at most `maxAgeDays`. */
  readonly onDemand: Check & { readonly maxAgeDays: number };
  /** There is a completed export of at most `maxAgeDays`. */
  readonly export: Check & { readonly maxAgeDays: number };
  /**
   * An archive has every change until at most `maxLagMinutes` ago, and no gap that ended in the last `minDaysWithoutGap`, where the table's
   * definition has a stream. `warn` holds only where an archive is named.
   */
  readonly archive: Check & { readonly maxLagMinutes: number; readonly minDaysWithoutGap: number };
}

/** What must hold for the deployment as a whole. */
export interface DeploymentPolicy {
  /** The newest rehearsal ended at most `maxAgeDays` ago, and did not fail. */
  readonly rehearsal: Check & { readonly maxAgeDays: number };
}

/** What must hold, how old at most, and how strict. */
export interface ProtectionPolicy {
  readonly deployment: DeploymentPolicy;
  /** By Cumulus's names; `*` is for those that are not named. */
  readonly tables: { readonly [name: string]: TablePolicy } & { readonly '*': TablePolicy };
}

const OFF = { level: 'off' } as const;

const FULL: TablePolicy = {
  exists: { level: 'require' },
  pointInTime: { level: 'require', minDays: 35, maxLagMinutes: 30 },
  deletionProtection: { level: 'require' },
  encryption: { level: 'require', type: 'any' },
  stream: { level: 'warn' },
  // A day, and two hours for the daily backup to come to its end.
  backup: { level: 'require', maxAgeHours: 26 },
  proof: { level: 'require', maxAgeDays: 7 },
  backupSize: { level: 'warn', minPercent: 50 },
  onDemand: { level: 'off', maxAgeDays: 35 },
  export: { level: 'off', maxAgeDays: 35 },
  archive: { level: 'warn', maxLagMinutes: 15, minDaysWithoutGap: 7 },
};

/** Tables whose items nobody needs back: they are recounted, or valid for hours only. */
const PASSING: TablePolicy = {
  ...FULL,
  pointInTime: { ...FULL.pointInTime, ...OFF },
  backup: { ...FULL.backup, ...OFF },
  proof: { ...FULL.proof, ...OFF },
  backupSize: { ...FULL.backupSize, ...OFF },
  archive: { ...FULL.archive, ...OFF },
};

/**
 * The policy that holds where none is given. docs/reference/protection-policy.md says why each table has what it has.
 *
 * @example
 * ```ts
 * import { DEFAULT_POLICY } from '@cumulus/dynamodb/protection';
 *
 * console.log(DEFAULT_POLICY.tables['*'].backup.maxAgeHours); // 26
 * ```
 */
export const DEFAULT_POLICY: ProtectionPolicy = {
  deployment: { rehearsal: { level: 'warn', maxAgeDays: 35 } },
  tables: {
    '*': FULL,
    AccessTokensTable: PASSING,
    // Their definitions have no point-in-time recovery either.
    AsyncOperationsTable: { ...FULL, pointInTime: { ...FULL.pointInTime, ...OFF } },
    RecordCountsTable: { ...PASSING, deletionProtection: { level: 'warn' } },
    SemaphoresTable: PASSING,
  },
};

/**
 * What a policy says of a table.
 * @param name Cumulus's: `GranulesTable`
 *
 * @example
 * ```ts
 * import { DEFAULT_POLICY, policyOf } from '@cumulus/dynamodb/protection';
 *
 * policyOf(DEFAULT_POLICY, 'AccessTokensTable').backup.level; // 'off'
 * ```
 */
export function policyOf(policy: ProtectionPolicy, name: string): TablePolicy {
  return policy.tables[name] ?? policy.tables['*'];
}
