import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Secret } from '../cmr-settings.ts';
import { NotConfiguredError } from '../errors.ts';

/** Secrets Manager's errors for a secret that is not there, or that the role may not read. */
const NO_SECRET = new Set(['ResourceNotFoundException', 'AccessDeniedException', 'DecryptionFailure']);

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
    if (!NO_SECRET.has((error as Error).name)) throw error;
    throw new NotConfiguredError(`The secret ${SecretId} cannot be read: ${(error as Error).name}.`, [], error);
  }
  throw new NotConfiguredError(`The secret ${SecretId} is empty.`);
}
