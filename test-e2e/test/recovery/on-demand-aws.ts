import { setTimeout as sleep } from 'node:timers/promises';
import { answered } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import { type RecordedRequest, recorded } from '../kit/faults/recorded.ts';

type Json = Readonly<Record<string, unknown>>;

interface Details extends Json {
  readonly BackupArn: string;
  readonly BackupName: string;
}

/** How a backup differs from what moto says of it: times are seconds since 1970, as AWS's answers have them. */
interface Altered {
  readonly BackupStatus?: string;
  readonly BackupType?: string;
  readonly BackupCreationDateTime?: number;
  readonly BackupExpiryDateTime?: number;
}

/**
 * What moto leaves out, in AWS's documented form: the time that a backup and a restore take, SYSTEM backups, pages of
 * lists, other times than now, and the features of a backup's table.
 */
export class OnDemandAws {
  readonly requests: RecordedRequest[] = [];
  readonly #altered = new Map<string, Altered>();
  readonly #restoring = new Set<string>();
  #features: Json | undefined;
  #isSlow = false;
  #pageSize = 100;

  /** From now on backups are still being made. */
  hold(): void {
    this.#isSlow = true;
  }

  release(): void {
    this.#isSlow = false;
  }

  /** From now on a table is still being restored. */
  holdTable(table: string): void {
    this.#restoring.add(table);
  }

  releaseTable(table: string): void {
    this.#restoring.delete(table);
  }

  /** From now on backups of this name are said to be so. */
  alter(name: string, altered: Altered): void {
    this.#altered.set(name, altered);
  }

  /** From now on each backup is said to be of a table with these features. */
  setFeatures(features: Json): void {
    this.#features = features;
  }

  /** From now on a page of a list has so many backups. */
  setPageSize(size: number): void {
    this.#pageSize = size;
  }

  inputsOf(action: string): readonly Json[] {
    return this.requests.filter((request) => request.action === action).map(({ input }) => input);
  }

  /** The actions that change something, in order. */
  get changes(): readonly string[] {
    return this.requests.map(({ action }) => action).filter((action) => !/^(Describe|Get|List|Scan)/.test(action));
  }

  /** Resolves when an action has been asked for so many times. */
  async asked(action: string, times: number): Promise<void> {
    while (this.inputsOf(action).length < times) await sleep(20);
  }

  get faults(): readonly Fault[] {
    return [
      recorded(this.requests),
      answered('CreateBackup', ({ BackupDetails }) => ({ BackupDetails: this.#said(BackupDetails as Details) })),
      answered('DescribeBackup', ({ BackupDescription }) => {
        const { BackupDetails, SourceTableDetails, ...more } = BackupDescription as Json;
        const features = this.#features === undefined ? {} : { SourceTableFeatureDetails: this.#features };
        const details = this.#said(BackupDetails as Details);
        const source = { ...(SourceTableDetails as Json), BillingMode: 'PAY_PER_REQUEST' };
        return { BackupDescription: { BackupDetails: details, SourceTableDetails: source, ...more, ...features } };
      }),
      answered('ListBackups', (answer, input) => this.#page(answer['BackupSummaries'] as readonly Details[], input)),
      answered('DescribeTable', ({ Table }) => ({ Table: this.#withRestore(Table as Json) })),
    ];
  }

  #said(details: Details): Details {
    const altered = this.#altered.get(details.BackupName);
    const isHeld = this.#isSlow && altered === undefined;
    return { ...details, ...(isHeld ? { BackupStatus: 'CREATING' } : {}), ...altered };
  }

  #page(all: readonly Details[], { ExclusiveStartBackupArn: after, BackupType: type = 'USER' }: Json): Json {
    const said = all
      .map((details) => this.#said(details))
      .filter((details) => type === 'ALL' || details['BackupType'] === type);
    const start = said.findIndex(({ BackupArn }) => BackupArn === after) + 1;
    const page = said.slice(start, start + this.#pageSize);
    const isLast = start + this.#pageSize >= said.length;
    return { BackupSummaries: page, ...(isLast ? {} : { LastEvaluatedBackupArn: page.at(-1)?.BackupArn }) };
  }

  #withRestore(table: Json): Json {
    if (!this.#restoring.has(String(table['TableName']))) return table;
    const summary = { ...(table['RestoreSummary'] as Json), RestoreInProgress: true };
    return { ...table, RestoreSummary: summary, TableStatus: 'CREATING' };
  }
}
