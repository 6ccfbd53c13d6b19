import { createCountsFunction } from './record-functions.ts';

/** Keeps the counts, invoked by the tables' streams. A function without the settings that it needs fails at its start, and names them. */
export const handler = createCountsFunction(process.env);
