import type { Progress } from '@cumulus/dynamodb/items';

/** Shows how far the work has come. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Takes away what is shown, so that something else can be written; the next update shows it again. */
  clear(): void;
  end(): void;
}
