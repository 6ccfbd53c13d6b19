/** How far long work has come, reported at most a few times a second. */
export type Progress = ItemProgress | WaitProgress;

/** How far work that goes through items has come. */
export interface ItemProgress {
  readonly phase:
    | 'backing up'
    | 'checking'
    | 'searching'
    | 'restoring'
    | 'comparing'
    | 'copying'
    | 'cleaning'
    | 'working on';
  readonly table: string;
  /** Items so far, those of an interrupted run that is continued included. */
  readonly items: number;
  /** Bytes of items' lines so far; 0 for a work that does not see all of them. */
  readonly bytes: number;
  /** All items: by DynamoDB's estimate, or exactly, by a file. */
  readonly expectedItems?: number | undefined;
}

/** How far work has come whose end cannot be seen: work inside AWS, and the following of changes. */
export interface WaitProgress {
  readonly phase: 'waiting for' | 'following';
  /** What is being waited for, a table or a backup. */
  readonly table: string;
  /** What AWS says of it: `CREATING`, `IN_PROGRESS, 1,200 items`; of a following, what it has done so far. */
  readonly state: string;
}

export type ProgressListener<Reported extends Progress = ItemProgress> = (progress: Reported) => void;
