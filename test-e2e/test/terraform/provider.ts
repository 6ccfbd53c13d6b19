/** Where nobody listens. Provider 3 asks EC2 for the account's platforms, goes on without, and moto takes long to answer. */
const NOWHERE = 'http://127.0.0.1:9';

/** A root module's provider that asks a stand-in for AWS; of the services named it asks nobody else. */
export function providerAt(endpoint: string): object {
  return {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    max_retries: 1,
    endpoints: [{ dynamodb: endpoint, sts: endpoint, iam: endpoint, ec2: NOWHERE }],
  };
}
