import type { ObjectEncryption, ObjectSettings } from '@cumulus/dynamodb/storage';
import { type Environment, SettingsError } from '../settings.ts';

const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const satisfies readonly ObjectEncryption['algorithm'][];

/**
 * How the API writes objects to S3: by `S3_SSE` (AES256, aws:kms or aws:kms:dsse) and `S3_KMS_KEY`, as buckets may demand, and whether it
 * pays for requests, by `S3_REQUEST_PAYER`. Their storage class is the buckets', since all of them are read again at any time.
 * @throws SettingsError for another algorithm or payer
 */
export function objectSettingsFrom(environment: Environment): ObjectSettings {
  const kmsKeyId = environment['S3_KMS_KEY'] || undefined;
  const named = environment['S3_SSE'] || (kmsKeyId === undefined ? undefined : 'aws:kms');
  const payer = environment['S3_REQUEST_PAYER'] || undefined;
  const algorithm = ALGORITHMS.find((each) => each === named);
  if (named !== undefined && algorithm === undefined) {
    throw new SettingsError(`S3_SSE is one of ${ALGORITHMS.join(', ')}, not "${named}".`);
  }
  if (kmsKeyId !== undefined && algorithm === 'AES256') {
    throw new SettingsError('S3_KMS_KEY goes with S3_SSE aws:kms or aws:kms:dsse, not with AES256.');
  }
  if (payer !== undefined && payer !== 'requester') {
    throw new SettingsError(`S3_REQUEST_PAYER is requester or not set, not "${payer}".`);
  }
  return { encryption: algorithm && { algorithm, kmsKeyId }, requesterPays: payer === 'requester' };
}
