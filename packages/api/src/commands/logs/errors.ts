import { CumulusError } from '@cumulus/dynamodb/aws';

/** A deployment has no log groups. */
export class LogGroupsMissingError extends CumulusError {
  readonly code = 'LOG_GROUPS_MISSING';
  constructor(groupPrefix: string, region: string) {
    super(`There is no log group ${groupPrefix}… in ${region}.`, [
      'Check --prefix and --region. A function has one once it has been invoked.',
    ]);
  }
}
