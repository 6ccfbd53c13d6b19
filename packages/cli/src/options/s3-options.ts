import type { ObjectSettings } from '@cumulus/dynamodb/storage';
import { UsageError } from '../usage-error.ts';
import { oneOf, text } from './kinds.ts';
import { isGiven, type OptionValues, type RawValues } from './option.ts';
import { age } from './time-kinds.ts';

/** Of commands that read what is in S3. The names of all of these are those of the AWS CLI, where it has them. */
export const s3ReadOptions = {
  'request-payer': oneOf(['requester'], { describe: 'Pay for requests to a Requester Pays bucket' }),
};

/** Of commands that write objects which have to be read at once. */
export const s3WriteOptions = {
  sse: oneOf(['AES256', 'aws:kms', 'aws:kms:dsse'], { describe: 'Encryption of the objects written to S3' }),
  'kms-key': text({ valueName: 'KEY', describe: 'Id or ARN of the KMS key (implies --sse aws:kms)' }),
  ...s3ReadOptions,
};

/** Of commands that write files to be kept. */
export const s3FileOptions = {
  ...s3WriteOptions,
  'storage-class': oneOf(
    [
      'STANDARD',
      'STANDARD_IA',
      'ONEZONE_IA',
      'INTELLIGENT_TIERING',
      'GLACIER_IR',
      'GLACIER',
      'DEEP_ARCHIVE',
      'REDUCED_REDUNDANCY',
    ],
    { describe: 'S3 storage class of data files' },
  ),
};

/** Of commands that write files which are not to be removed for a while. */
export const s3LockOptions = {
  'lock-for': age({ describe: 'Lock the files written to S3 for this time, by S3 Object Lock' }),
  'lock-mode': oneOf(['governance', 'compliance'], {
    defaultDescription: '"governance"',
    describe: 'Whether those with a permission can end a lock early, or nobody',
  }),
};

/** Those of these that a command has. */
export type S3Options = Partial<OptionValues<typeof s3FileOptions & typeof s3LockOptions>>;

/**
 * Refuses options that do not go together, or where nothing is written to S3.
 * @param toS3 how the command is given a place in S3, if it writes to none
 * @throws UsageError
 *
 * @example
 * ```ts
 * import { checkS3Options, type CommandOptions, s3FileOptions, text } from '@cumulus/cli';
 *
 * const options = { ...s3FileOptions, report: text({ describe: 'Write the report to this file, or s3://BUCKET/KEY' }) };
 *
 * function check(chosen: CommandOptions<typeof options>): void {
 *   checkS3Options(chosen, chosen.report?.startsWith('s3://') ? undefined : '--report s3://BUCKET/KEY');
 * }
 * ```
 */
export function checkS3Options(options: S3Options, toS3?: string | undefined): void {
  const { sse, 'kms-key': key, 'lock-for': lockFor, 'lock-mode': lockMode } = options;
  if (lockMode !== undefined && lockFor === undefined) throw new UsageError('--lock-mode goes with --lock-for');
  if (key !== undefined && sse === 'AES256') throw new UsageError('--kms-key goes with --sse aws:kms or aws:kms:dsse');
  const given = (['sse', 'kms-key', 'storage-class', 'lock-for'] as const).find((name) => options[name] !== undefined);
  if (toS3 !== undefined && given !== undefined) throw new UsageError(`--${given} goes with ${toS3}`);
}

/**
 * Of the options that are about what is written to S3: a config file may have them for all commands.
 * @param writes whether a command writes to S3, by its values as they were read
 *
 * @example
 * ```ts
 * import { onlyToS3 } from '@cumulus/cli';
 *
 * const appliesIf = onlyToS3(({ report }) => String(report).startsWith('s3://'));
 * ```
 */
export function onlyToS3(
  writes: (given: RawValues) => boolean,
): Record<'kms-key' | 'sse' | 'storage-class', typeof writes> {
  return { sse: writes, 'kms-key': writes, 'storage-class': writes };
}

/** As {@link onlyToS3}, of the options about locks. */
export function lockedOnlyInS3(writes: (given: RawValues) => boolean): Record<'lock-for' | 'lock-mode', typeof writes> {
  return { 'lock-for': writes, 'lock-mode': (given) => writes(given) && isGiven(given['lock-for']) };
}

/** How objects are written and asked for, by a command's options. */
export function objectSettings(options: S3Options): ObjectSettings {
  const { 'kms-key': kmsKeyId, 'storage-class': storageClass, 'lock-for': milliseconds } = options;
  const mode = options['lock-mode'] === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  const algorithm = options.sse ?? (kmsKeyId === undefined ? undefined : 'aws:kms');
  return {
    encryption: algorithm && { algorithm, kmsKeyId },
    storageClass,
    lock: milliseconds === undefined ? undefined : { mode, milliseconds },
    requesterPays: options['request-payer'] === 'requester',
  };
}
