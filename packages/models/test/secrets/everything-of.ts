import { inspect } from 'node:util';

/** All that a log could show of a value: what is hidden, its causes and its stack too. */
export function everythingOf(value: unknown): string {
  return [
    inspect(value, { showHidden: true, depth: null, maxStringLength: null, maxArrayLength: null, getters: true }),
    String(value),
    JSON.stringify(value),
  ].join('\n');
}

/** What a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    (value) => new Error(`It did not fail, but gave a ${typeof value}.`, { cause: 'no failure' }),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('What was thrown is no Error.');
  if (error.cause === 'no failure') throw error;
  return error;
}
