import { InvalidSelectionError, type ItemFilter, parseItemFilter } from '@cumulus/dynamodb/backup';
import { UsageError } from '../usage-error.ts';

/** Filters as they were written on the command line. @throws UsageError */
export function parseFilters(texts: readonly string[]): readonly ItemFilter[] {
  try {
    return texts.map(parseItemFilter);
  } catch (error) {
    throw error instanceof InvalidSelectionError ? new UsageError(`--where: ${error.message}`) : error;
  }
}
