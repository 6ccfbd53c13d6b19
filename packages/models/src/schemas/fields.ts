import * as z from 'zod';

/** What a DynamoDB key of a table or an index holds at most, in bytes of UTF-8. What may be either has the lesser limit. */
export const MAX_HASH_KEY_BYTES = 2048;
export const MAX_RANGE_KEY_BYTES = 1024;

/** Whether a value can be a key of a table or an index: DynamoDB refuses to look for any other. */
export function canBeKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_HASH_KEY_BYTES;
}

/** A text that is not empty. */
export const text = z.string().min(1, 'must not be empty');

/** A text that is the hash key of a table or an index. */
export const hashKey = keyOfAtMost(MAX_HASH_KEY_BYTES);

/** A text that is the range key of a table or an index. */
export const rangeKey = keyOfAtMost(MAX_RANGE_KEY_BYTES);

function keyOfAtMost(bytes: number): z.ZodString {
  return text.refine((value) => Buffer.byteLength(value) <= bytes, `must not be longer than ${bytes} bytes`);
}

/** An object with any fields and values. Numbers that a JavaScript number does not hold exactly are among them. */
export const freeObject = z.record(z.string(), z.unknown());

/** A number of things. */
export const count = z.int().nonnegative();

/** A time in milliseconds since 1970. */
export const milliseconds = z.int().nonnegative();

/** A length of time in seconds. Clocks of several machines can make it negative. */
export const seconds = z.number();

export const createdAt = milliseconds.meta({
  description: 'When the record was created, in milliseconds since 1970.',
  readOnly: true,
});

export const updatedAt = milliseconds.meta({
  description: 'When the record was last written, in milliseconds since 1970.',
  readOnly: true,
});

export const timestamp = milliseconds.describe(
  'The time of the event that the record is of, in milliseconds since 1970.',
);

export const collectionId = hashKey
  .regex(/^(?!.*___$).+___./, 'must be name___version of a collection')
  .describe('The collection, as name___version.');

export const providerId = hashKey.describe('The id of the provider that it came from.');

export const executionUrl = hashKey.describe("The AWS console's address of the execution.");

export const redriveCount = count.describe(
  'How often the execution had been redriven when it sent the event of this record. Absent if never.',
);

export const meta = freeObject.describe('Anything that workflows are to find in their messages under meta.');

export const tags = z.array(z.string()).describe('Words to find the record by.');

/** What went wrong; empty if nothing did. */
export const error = freeObject.describe(
  'The Error and Cause of the failure, as Step Functions reports them. Empty if there was none.',
);
