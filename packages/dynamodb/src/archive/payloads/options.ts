/** How objects are copied that items point to. */
export interface PayloadOptions {
  /**
   * The buckets that may be read. Whoever can write an item can point to any object that the credentials may read; so a pointer to another
   * bucket is only noted.
   */
  readonly buckets: readonly string[];
  /** How many objects are copied at once; 8 unless given. */
  readonly concurrency?: number | undefined;
  /** How long an object of up to 8 MB may take before it is left for later, in milliseconds; a minute unless given. */
  readonly timeout?: number | undefined;
  /** After how long objects are tried again that could not be copied, in milliseconds; ten minutes unless given. */
  readonly retryAfter?: number | undefined;
}

/** What became of objects that items or changes point to, each once a segment, in this following so far. */
export interface CopiedPayloads {
  readonly copied: number;
  /** Bytes of those that were copied. */
  readonly bytes: number;
  /** There was no such object any more. */
  readonly gone: number;
  /** The bucket is not among those that may be read. */
  readonly elsewhere: number;
  /** How many there are now, from before too, that S3 did not give. They are tried again. */
  readonly failed: number;
}

export const NO_PAYLOADS: CopiedPayloads = { copied: 0, bytes: 0, gone: 0, elsewhere: 0, failed: 0 };
