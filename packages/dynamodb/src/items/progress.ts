/** How far a long work has come; handed to whoever wants to show it, a few times a second at the most. */
export type Progress = ItemProgress | WaitProgress;

/** How far a work has come that goes through items itself. */
export interface ItemProgress {
  readonly phase: 'backing up' | 'checking' | 'restoring' | 'comparing' | 'copying' | 'cleaning';
  readonly table: string;
  /** Items so far, those of an interrupted run that is continued included. */
  readonly items: number;
  /** Bytes of items' lines so far; 0 for a work that does not see all of them. */
  readonly bytes: number;
  /** All items, as far as they can be told: from DynamoDB's estimate, or exactly, from a file. */
  readonly expectedItems?: number | undefined;
}

/** How far a work has come that goes on inside AWS, which tells no more than its state. */
export interface WaitProgress {
  readonly phase: 'waiting for';
  /** What is being waited for, a table or a backup. */
  readonly table: string;
  /** What AWS says of it: `CREATING`, `IN_PROGRESS, 1,200 items`. */
  readonly state: string;
}

export type ProgressListener<Reported extends Progress = ItemProgress> = (progress: Reported) => void;
