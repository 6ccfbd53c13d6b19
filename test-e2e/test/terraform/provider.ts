/** Where nobody listens. Provider 3 asks EC2 for the account's platforms, goes on without, and moto takes long to answer. */
const NOWHERE = 'http://127.0.0.1:9';

/** What policies, and the provider itself, ask. */
const SERVICES = ['iam', 'sts'];

/** What a root module's provider asks, besides. */
interface Asked {
  /** What else a module asks, by the provider's names for endpoints. */
  readonly services?: readonly string[];
  /** Where DynamoDB is, if elsewhere. */
  readonly dynamodb?: string;
  /** How often it asks again: once unless given, since provider 3 also asks {@link NOWHERE} so often. */
  readonly retries?: number;
}

/** A root module's provider that asks a stand-in for AWS; of the services named it asks nobody else. */
export function providerAt(endpoint: string, { services = [], dynamodb = endpoint, retries = 1 }: Asked = {}): object {
  const asked = [...SERVICES, ...services].map((service) => [service, endpoint]);
  return {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    max_retries: retries,
    endpoints: [{ ...Object.fromEntries(asked), dynamodb, ec2: NOWHERE }],
  };
}
