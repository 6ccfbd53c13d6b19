import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { Connections, createClient } from '@cumulus/dynamodb/aws';
import type { Cipher } from './cipher.ts';
import { hasLocalForm } from './ciphertext-form.ts';
import { NoCipherError } from './errors.ts';
import { kmsCipher } from './kms-cipher.ts';
import { LOCAL_KEY_VARIABLE, localKeyCipher } from './local-key-cipher.ts';

/** The environment variable that names the KMS key. */
const KMS_KEY_VARIABLE = 'CUMULUS_KMS_KEY_ID';

/** What earlier releases call it; the Lambda functions of existing deployments have it. */
const EARLIER_KMS_KEY_VARIABLE = 'provider_kms_key_id';

/** Time to open a connection, and time without a byte on an open one, in milliseconds: a user is waiting at a login. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 10_000 } as const;

/** The clients that a cipher is made with. */
export interface AskingClients {
  readonly kms?: KMSClient | undefined;
  /** The client of the tables; one by the environment unless given. */
  readonly tables?: DynamoDBClient | undefined;
}

/** The environment, `process.env` for instance. */
export type Environment = { readonly [variable: string]: string | undefined };

/**
 * The cipher that a deployment's environment asks for:
 *
 * 1. with a KMS key (`CUMULUS_KMS_KEY_ID`, or `provider_kms_key_id` as earlier releases have it), that of KMS; with a
 *    local key beside it, what that has encrypted is still decrypted, so that a deployment can go over to KMS;
 * 2. with a local key (`CUMULUS_LOCAL_KEY`), that;
 * 3. else one that fails when it is used and says what to set: records without secrets need none.
 *
 * @param asking the client that asks KMS; by default, one with the credentials of the client of the tables, in the region
 * of a key given as an ARN, else in that of the tables
 * @throws InvalidKeyError when the local key is not one
 */
export function cipherFromEnvironment(environment: Environment, asking: AskingClients = {}): Cipher {
  const keyId = environment[KMS_KEY_VARIABLE] || environment[EARLIER_KMS_KEY_VARIABLE];
  const localKey = environment[LOCAL_KEY_VARIABLE];
  const local = localKey ? localKeyCipher(localKey) : undefined;
  if (!keyId) return local ?? NO_CIPHER;
  const { kms: client, tables = createClient() } = asking;
  const kms = client === undefined ? kmsCipherOnUse(keyId, tables) : kmsCipher({ client, keyId });
  return local === undefined ? kms : withEarlierLocal(kms, local);
}

const NO_CIPHER: Cipher = {
  async encrypt() {
    throw noCipher('A secret cannot be stored', 'Nothing was stored.');
  },
  async decrypt() {
    throw noCipher('A secret cannot be read', 'It was left as it is.');
  },
};

function noCipher(problem: string, untouched: string): NoCipherError {
  return new NoCipherError(`${problem}: there is no key to encrypt with.`, [
    untouched,
    `Set ${KMS_KEY_VARIABLE} to a KMS key, or ${LOCAL_KEY_VARIABLE} to what \`openssl rand -base64 32\` prints.`,
  ]);
}

function withEarlierLocal(kms: Cipher, local: Cipher): Cipher {
  return {
    encrypt: (plain) => kms.encrypt(plain),
    decrypt: (ciphertext) => (hasLocalForm(ciphertext) ? local : kms).decrypt(ciphertext),
  };
}

/** The cipher of a KMS key whose client is loaded and made when it is first used: most work needs none. */
function kmsCipherOnUse(keyId: string, tables: DynamoDBClient): Cipher {
  let made: Promise<Cipher> | undefined;
  const cipher = (): Promise<Cipher> => {
    made ??= createKmsClient(keyId, tables).then((client) => kmsCipher({ client, keyId }));
    return made;
  };
  return {
    encrypt: async (plain) => (await cipher()).encrypt(plain),
    decrypt: async (ciphertext) => (await cipher()).decrypt(ciphertext),
  };
}

/** Where, as whom and as quietly as the client of the tables asks. */
async function createKmsClient(keyId: string, tables: DynamoDBClient): Promise<KMSClient> {
  const { KMSClient } = await import('@aws-sdk/client-kms');
  const { region: regionOfTables, credentials, logger } = tables.config;
  // arn:aws:kms:REGION:ACCOUNT:key/ID, which KMS takes in that region only.
  const [start, , , region] = keyId.split(':');
  return new KMSClient({
    region: start === 'arn' && region ? region : regionOfTables,
    credentials,
    logger,
    requestHandler: Connections.like(tables, TIMEOUTS),
  });
}
