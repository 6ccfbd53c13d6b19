import { CumulusError } from '@cumulus/dynamodb/aws';

/** An event that is neither a batch of a table's stream nor that of a schedule. */
export class ArchiveEventError extends CumulusError {
  readonly code = 'ARCHIVE_EVENT_INVALID';

  constructor(problem: string, advice: readonly string[]) {
    super(problem, ['Nothing was archived.', ...advice]);
  }
}
