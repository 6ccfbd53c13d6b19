/** A table of a rehearsal. */
export interface RehearsedTable {
  readonly table: string;
  readonly source: string;
  readonly sourceTime: string;
  readonly scratchTable: string;
  readonly items: number | null;
  readonly bytes: number | null;
  readonly restoreSeconds: number | null;
  readonly proveSeconds: number | null;
  readonly outcome: 'proved' | 'restored' | 'failed';
  readonly proof: {
    readonly compared: number;
    readonly same: number;
    readonly changed: number;
    readonly missing: number;
    readonly extra: number;
    readonly explained: number;
  } | null;
  readonly failure: string | null;
  readonly warning: string | null;
}

export interface RehearsalReport {
  readonly prefix: string;
  readonly region: string;
  readonly from: string;
  readonly scratchPrefix: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly outcome: 'proved' | 'restored' | 'failed';
  readonly tables: readonly RehearsedTable[];
  readonly wholeDeployment: { readonly estimatedSeconds: number | null; readonly basis: string };
  readonly removed: readonly string[];
  readonly notRemoved: readonly string[];
  readonly removedFromEarlier: readonly string[];
}
