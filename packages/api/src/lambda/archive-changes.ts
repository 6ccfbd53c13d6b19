import { createArchiveFunction } from './archive-function.ts';

/**
 * Archives tables, invoked by their streams and by a schedule. A function without the settings that it needs fails at its start, and names
 * them.
 */
export const handler = createArchiveFunction(process.env);
