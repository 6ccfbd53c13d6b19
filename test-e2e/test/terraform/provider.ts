/** The provider that the modules ask for, in any version that this machine can have. */
export const AWS_PROVIDER = { aws: { source: 'hashicorp/aws', version: '>= 3.39' } };

/** A root module's provider that asks a stand-in for AWS; of the services named it asks nobody else. */
export function providerAt(endpoint: string): object {
  return {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    endpoints: [{ dynamodb: endpoint, sts: endpoint, iam: endpoint, ec2: endpoint }],
  };
}
