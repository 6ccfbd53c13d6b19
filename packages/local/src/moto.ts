import { MotoUnavailableError } from './errors.ts';
import { type ServerProcess, ServerStartError, startServerProcess } from './server-process.ts';

/**
 * moto, a stand-in for many services of AWS at once: what DynamoDB Local does not know of DynamoDB (backups, recovery,
 * tags) and what others do beside it. It is the `moto_server` on the `PATH`, on a free port, and keeps everything in
 * memory: each server begins empty. It takes any credentials.
 *
 * @throws {@link MotoUnavailableError} when there is none, or it does not run
 *
 * @example
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import { serverSettings, startMoto } from '@cumulus/local';
 *
 * const moto = await startMoto();
 * const s3 = new S3Client({ ...serverSettings(moto), forcePathStyle: true });
 * ```
 */
export async function startMoto(): Promise<ServerProcess> {
  try {
    return await startServerProcess('moto', (port) => ['moto_server', '-H', '127.0.0.1', '-p', port]);
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    throw new MotoUnavailableError(error.commandNotFound ? 'there is none on the PATH' : error.message);
  }
}
