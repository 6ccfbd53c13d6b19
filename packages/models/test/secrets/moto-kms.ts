import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { MotoUnavailableError, type ServerProcess, startMoto } from '@cumulus/local';

/** moto's KMS; undefined where there is no moto, except with `CI` set, where that is a failure. */
export async function startKms(): Promise<{ moto: ServerProcess; client: KMSClient } | undefined> {
  try {
    const moto = await startMoto();
    return { moto, client: kmsClient(moto.endpoint) };
  } catch (error) {
    if (error instanceof MotoUnavailableError && !process.env['CI']) return undefined;
    throw error;
  }
}

/** A client that waits for nothing, with credentials that mean nothing. */
export function kmsClient(endpoint: string): KMSClient {
  return new KMSClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
}

/** A new key with an alias. */
export async function createKey(client: KMSClient, alias: string): Promise<{ id: string; arn: string; alias: string }> {
  const { KeyMetadata: key } = await client.send(new CreateKeyCommand({}));
  if (key?.KeyId === undefined || key.Arn === undefined) throw new Error('moto made no key.');
  await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.KeyId }));
  return { id: key.KeyId, arn: key.Arn, alias };
}
