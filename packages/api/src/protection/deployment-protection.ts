import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DEFAULT_POLICY, gatherProtection, judgeProtection, type ProtectionReport } from '@cumulus/dynamodb/protection';
import type { CountsTableName, TableName } from '@cumulus/dynamodb/tables';
import type { AwsClients } from '../aws/clients.ts';
import type { ProtectionSettings } from '../protection-settings.ts';

/** How long a report is kept, in milliseconds. AWS takes few of the requests a second that make one. */
const KEPT_FOR = 30_000;

/** How long reading the backups may take, in milliseconds: somebody waits for the answer. */
const BACKUPS_TIME_LIMIT = 8_000;

/** How the names of a deployment's tables end, behind its prefix. */
const GRANULES = '-GranulesTable';

export interface DeploymentProtectionOptions {
  readonly settings: ProtectionSettings;
  readonly client: DynamoDBClient;
  readonly clients: Pick<AwsClients, 's3'>;
  readonly tableName: (name: TableName | CountsTableName) => string;
  readonly stackName: string;
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
}

/** What protects the deployment, as the API answers it. */
export class DeploymentProtection {
  readonly #options: DeploymentProtectionOptions;
  #making: Promise<ProtectionReport> | undefined;
  #kept: { readonly report: ProtectionReport; readonly until: number } | undefined;

  constructor(options: DeploymentProtectionOptions) {
    this.#options = options;
  }

  /**
   * The report, with the command that mends each finding. Requests at once, and those that follow soon, get the same one.
   * @throws ConnectionError and others that keep anything from being known
   */
  async report(): Promise<ProtectionReport> {
    const kept = this.#kept;
    if (kept !== undefined && this.#options.now() < kept.until) return kept.report;
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<ProtectionReport> {
    const { settings, client, clients, now } = this.#options;
    const prefix = this.#prefix();
    const facts = await gatherProtection({
      ...{ client, prefix, backups: settings.backups, backupsTimeLimit: BACKUPS_TIME_LIMIT },
      s3: () => clients.s3(),
      tableName: (name) => this.#table(name) ?? `${prefix}-${name}`,
    });
    const { withFixes } = await import('./page.ts');
    const report = withFixes(judgeProtection(facts, settings.policy ?? DEFAULT_POLICY), { region: facts.region });
    this.#kept = { report, until: now() + KEPT_FOR };
    return report;
  }

  /** The prefix of the deployment's tables, which its commands take. */
  #prefix(): string {
    const granules = this.#table('GranulesTable') ?? '';
    return granules.endsWith(GRANULES) ? granules.slice(0, -GRANULES.length) : this.#options.stackName;
  }

  /** A function does not know the tables that it has no variable of. */
  #table(name: TableName | CountsTableName): string | undefined {
    try {
      return this.#options.tableName(name);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
