import { CumulusError } from '@cumulus/dynamodb/aws';
import { noteProof, type VerifyResult } from '@cumulus/dynamodb/backup';
import type { Context } from '../../command.ts';

/**
 * Notes beside a backup file that it was proved. That it could not be noted is a warning: the proof stands all the same.
 * @param table the table that it was compared with, if it was
 */
export async function noteVerified(
  { file, proved, sha256, bytes, incomplete, comparison }: VerifyResult,
  table: string | null,
  { s3, onWarning }: Pick<Context, 's3' | 'onWarning'>,
): Promise<void> {
  if (!proved || incomplete !== undefined) return;
  const isEqual = table !== null && comparison?.equal === true;
  const proof = { s3, sha256, bytes, at: new Date() };
  try {
    await noteProof(file, { ...proof, how: 'file' });
    if (isEqual) await noteProof(file, { ...proof, how: 'table', table });
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    onWarning(`${file} is proved, but that could not be noted beside it: ${error.message}`);
  }
}
