import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { takeMoto } from '@cumulus/test-kit';

/** moto's KMS; undefined where there is no moto, except with `CI` set, where that is a failure. */
export async function startKms(): Promise<{ endpoint: string; client: KMSClient } | undefined> {
  const moto = await takeMoto();
  return moto && { ...moto, client: kmsClient(moto.endpoint) };
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
