import { classifyAwsError } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Secret } from '../cmr-settings.ts';
import { NotConfiguredError } from '../errors.ts';

/** Reads a secret. @throws NotConfiguredError, ServiceUnavailableError */
export async function readSecret(secret: Secret, clients: Pick<AwsClients, 'secretsManager'>): Promise<string> {
  if ('value' in secret) return secret.value;
  const { secretName: SecretId } = secret;
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const client = await clients.secretsManager();
  try {
    const answer = await askService('Secrets Manager', () => client.send(new GetSecretValueCommand({ SecretId })));
    if (answer.SecretString) return answer.SecretString;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw new NotConfiguredError(`The secret ${SecretId} cannot be read: ${(error as Error).name}.`, [], error);
  }
  throw new NotConfiguredError(`The secret ${SecretId} is empty.`);
}

/** Whether the secret is not there, or the role may not read it. */
function isUnreadable(error: unknown): boolean {
  const kind = classifyAwsError(error);
  return kind === 'not found' || kind === 'access denied' || (error as Error).name === 'DecryptionFailure';
}
