import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ownMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll } from '@jest/globals';

interface Key {
  readonly id: string;
  readonly arn: string;
  readonly alias: string;
}

/** moto's KMS for the tests of a describe block. */
export interface OwnKms {
  readonly endpoint: string;
  readonly client: KMSClient;
  /** A key of its own. */
  readonly key: Key;
}

/** moto's KMS with a key, for the tests of the describe block that calls this. */
export function ownKms(): OwnKms {
  const moto = ownMoto();
  const own = { endpoint: '' } as { endpoint: string; client: KMSClient; key: Key };
  beforeAll(async () => {
    own.endpoint = moto.endpoint;
    own.client = kmsClient(moto.endpoint);
    own.key = await createKey(own.client, 'alias/credentials');
  });
  afterAll(() => own.client?.destroy());
  return own;
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
export async function createKey(client: KMSClient, alias: string): Promise<Key> {
  const { KeyMetadata: key } = await client.send(new CreateKeyCommand({}));
  if (key?.KeyId === undefined || key.Arn === undefined) throw new Error('moto made no key.');
  await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.KeyId }));
  return { id: key.KeyId, arn: key.Arn, alias };
}
