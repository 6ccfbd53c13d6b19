import { setTimeout as sleep } from 'node:timers/promises';
import { answered } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import { type RecordedRequest, recorded } from '../kit/faults/recorded.ts';

/** A window of DynamoDB, in seconds since 1970 as its answers have it. */
export interface Window {
  readonly earliest: number;
  readonly latest: number;
}

interface Described {
  readonly Table: Readonly<Record<string, unknown>> & {
    readonly TableName: string;
    readonly RestoreSummary?: Readonly<Record<string, unknown>>;
  };
}

interface Backups {
  readonly ContinuousBackupsDescription: {
    readonly PointInTimeRecoveryDescription: {
      readonly PointInTimeRecoveryStatus: string;
      readonly RecoveryPeriodInDays?: number;
    };
  };
}

export function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

/**
 * What moto leaves out, in AWS's documented form: a table's window, the instant that a table was restored to, and the
 * time that a restore takes.
 */
export class PitrAws {
  readonly requests: RecordedRequest[] = [];
  readonly #windows = new Map<string, Window>();
  readonly #restored = new Map<string, number>();
  readonly #restoring = new Set<string>();
  readonly #looks = new Map<string, number>();
  readonly #usual: Window;

  constructor(usual: Window) {
    this.#usual = usual;
  }

  /** Gives one table another window than the usual. */
  setWindow(table: string, window: Window): void {
    this.#windows.set(table, window);
  }

  /** From now on a table is still being restored. */
  hold(table: string): void {
    this.#restoring.add(table);
  }

  release(table: string): void {
    this.#restoring.delete(table);
  }

  /** How often it was asked how a table stands. */
  looksAt(table: string): number {
    return this.#looks.get(table) ?? 0;
  }

  /** Resolves when it has been asked so many times how a table stands. */
  async looked(table: string, times: number): Promise<void> {
    while (this.looksAt(table) < times) await sleep(20);
  }

  /** The inputs of all requests of an action. */
  inputsOf(action: string): readonly Readonly<Record<string, unknown>>[] {
    return this.requests.filter((request) => request.action === action).map(({ input }) => input);
  }

  /** The actions that change something, in order. */
  get changes(): readonly string[] {
    return this.requests.map(({ action }) => action).filter((action) => !/^(Describe|Get|List|Scan)/.test(action));
  }

  get faults(): readonly Fault[] {
    return [
      recorded(this.requests),
      answered('DescribeContinuousBackups', (answer, input) => this.#withWindow(answer as object as Backups, input)),
      answered('RestoreTableToPointInTime', (answer, input) => this.#noteRestore(answer, input)),
      answered('DescribeTable', (answer) => this.#withRestore(answer as object as Described)),
    ];
  }

  #withWindow(answer: Backups, input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { PointInTimeRecoveryDescription: recovery, ...more } = answer.ContinuousBackupsDescription;
    if (recovery.PointInTimeRecoveryStatus !== 'ENABLED') return { ...answer };
    const { earliest, latest } = this.#windowOf(String(input['TableName']));
    const said = {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: recovery.RecoveryPeriodInDays ?? 35,
      EarliestRestorableDateTime: earliest,
      LatestRestorableDateTime: latest,
    };
    return { ContinuousBackupsDescription: { ...more, PointInTimeRecoveryDescription: said } };
  }

  #noteRestore(
    answer: Readonly<Record<string, unknown>>,
    { SourceTableName, TargetTableName, RestoreDateTime }: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    const at = typeof RestoreDateTime === 'number' ? RestoreDateTime : this.#windowOf(String(SourceTableName)).latest;
    this.#restored.set(String(TargetTableName), at);
    const { RestoreSummary, ...description } = answer['TableDescription'] as { RestoreSummary: object };
    return { TableDescription: { ...description, RestoreSummary: { ...RestoreSummary, RestoreDateTime: at } } };
  }

  #withRestore({ Table }: Described): Readonly<Record<string, unknown>> {
    const { TableName: table, RestoreSummary: summary } = Table;
    this.#looks.set(table, this.looksAt(table) + 1);
    const at = this.#restored.get(table);
    if (summary === undefined || at === undefined) return { Table };
    const inProgress = this.#restoring.has(table);
    const RestoreSummary = { ...summary, RestoreDateTime: at, RestoreInProgress: inProgress };
    return { Table: { ...Table, RestoreSummary, ...(inProgress ? { TableStatus: 'CREATING' } : {}) } };
  }

  #windowOf(table: string): Window {
    return this.#windows.get(table) ?? this.#usual;
  }
}
