import { askRun, whyUnavailable } from '../protocol/ask-run.ts';
import type { AwsProvider, AwsProviderAge } from '../protocol/aws-provider.ts';

/** The AWS provider of this worker, which runs: Terraform needs neither to install nor to start one. */
export async function awsProvider(age: AwsProviderAge): Promise<AwsProvider> {
  return JSON.parse(await askRun('GET', `/aws-provider/${age}/${process.env['JEST_WORKER_ID']}`)) as AwsProvider;
}

/** The version of the AWS provider that {@link awsProvider} would start. */
export function awsProviderVersion(age: AwsProviderAge): Promise<string> {
  return askRun('GET', `/aws-provider/${age}`);
}

/** Why this machine has no Terraform or no such AWS provider, and how it could have them; undefined if it has. */
export function whyNoAwsProvider(age: AwsProviderAge): Promise<string | undefined> {
  return whyUnavailable(`/aws-provider/${age}`);
}
