import { CumulusError } from '@cumulus/dynamodb/aws';

/** A deployment has no log groups. */
export class LogGroupsMissingError extends CumulusError {
  readonly code = 'LOG_GROUPS_MISSING';
  constructor(names: readonly string[], region: string) {
    super(`There is no log group ${names.join(' or ')} in ${region}.`, [
      'Check --prefix and --region. A function gets its log group when it is first invoked.',
    ]);
  }
}
