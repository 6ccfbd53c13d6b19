import type { RehearsalOutcome, RehearsalProof } from '../report/report.ts';

/** What the proof of a table has shown. */
export interface Proved {
  /** The items that the restored table has. */
  readonly items: number;
  readonly proof: RehearsalProof;
  readonly outcome: RehearsalOutcome;
  readonly failure?: string | undefined;
  readonly warning?: string | undefined;
}
