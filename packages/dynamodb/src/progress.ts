/** How far a long work has come; handed to whoever wants to show it, a few times a second at the most. */
export interface Progress {
  readonly phase: 'backing up' | 'checking' | 'restoring' | 'comparing';
  readonly table: string;
  /** Items so far, those of an interrupted run that is continued included. */
  readonly items: number;
  /** Bytes of items' lines so far. */
  readonly bytes: number;
  /** All items, as far as they can be told: from DynamoDB's estimate, or exactly, from a file. */
  readonly expectedItems?: number | undefined;
}

export type ProgressListener = (progress: Progress) => void;
