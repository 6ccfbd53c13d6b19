import { count } from './format.ts';

/**
 * That a backup does not hold what its items point to, a line; none if they point to nothing.
 * @param pointersToS3 how often they do, as far as that is known
 * @param file the backup, if it stays
 */
export function describePointers(pointersToS3: number | undefined, file?: string): readonly string[] {
  if (!pointersToS3) return [];
  const what = `  ${count(pointersToS3, 'payload')} in S3 that its records point to ${pointersToS3 === 1 ? 'is' : 'are'} not in it`;
  if (file === undefined) return [what];
  return [`${what}; cumulus-api executions payloads ${file} names ${pointersToS3 === 1 ? 'it' : 'them'}`];
}
