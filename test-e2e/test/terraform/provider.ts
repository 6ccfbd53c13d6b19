/** Where nobody listens. Provider 3 asks EC2 for the account's platforms, goes on without, and moto takes long to answer. */
const NOWHERE = 'http://127.0.0.1:9';

/** What the tables and their policies ask. */
const SERVICES = ['dynamodb', 'iam', 'sts'];

/**
 * A root module's provider that asks a stand-in for AWS; of the services named it asks nobody else.
 * @param services what else a module asks, by the provider's names for endpoints
 */
export function providerAt(endpoint: string, services: readonly string[] = []): object {
  const asked = [...SERVICES, ...services].map((service) => [service, endpoint]);
  return {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    max_retries: 1,
    endpoints: [{ ...Object.fromEntries(asked), ec2: NOWHERE }],
  };
}
