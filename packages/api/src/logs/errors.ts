import { MetadataError } from '@cumulus/dynamodb';

/** A deployment has no log groups. */
export class LogGroupsMissingError extends MetadataError {
  constructor(groupPrefix: string, region: string) {
    super(`There is no log group ${groupPrefix}… in ${region}.`, [
      'Check --prefix and --region. A function has one once it has been invoked.',
    ]);
  }
}
