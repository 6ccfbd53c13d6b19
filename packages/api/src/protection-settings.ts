import { PolicyError, type ProtectionPolicy, parsePolicy } from '@cumulus/dynamodb/protection';

/** What a deployment says of its protection. */
export interface ProtectionSettings {
  /** The folder of the backup files, or `s3://BUCKET/PREFIX`; undefined where none is named, so that nothing is known of them. */
  readonly backups: string | undefined;
  /** What must hold; the policy of this release where it is undefined. */
  readonly policy: ProtectionPolicy | undefined;
}

/**
 * The settings of protection, out of `BACKUPS` and `PROTECTION_POLICY`.
 * @param problems gets all that is wrong
 */
export function protectionSettingsFrom(
  environment: { readonly [variable: string]: string | undefined },
  problems: string[],
): ProtectionSettings {
  const backups = environment['BACKUPS'] || undefined;
  const isOnLambda = Boolean(environment['AWS_LAMBDA_FUNCTION_NAME']);
  if (backups !== undefined && isOnLambda && !/^s3:\/\/[^/]/.test(backups))
    problems.push(`BACKUPS is not s3://BUCKET/PREFIX: ${backups}`);
  return { backups, policy: policyFrom(environment['PROTECTION_POLICY'] || undefined, problems) };
}

function policyFrom(text: string | undefined, problems: string[]): ProtectionPolicy | undefined {
  if (text === undefined) return undefined;
  try {
    return parsePolicy(text, 'PROTECTION_POLICY');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    problems.push(error.problem.replace(/\.$/, ''));
    return undefined;
  }
}
