import { askRun, whyUnavailable } from '../protocol/ask-run.ts';

/**
 * The AWS provider of this worker, which runs: Terraform needs neither to install nor to start one.
 * @returns the value of `TF_REATTACH_PROVIDERS`, by which Terraform finds it
 */
export function awsProvider(): Promise<string> {
  return askRun('GET', path());
}

/** Why this machine has no Terraform or no AWS provider, and how it could have them; undefined if it has. */
export function whyNoAwsProvider(): Promise<string | undefined> {
  return whyUnavailable(path());
}

function path(): string {
  return `/aws-provider/${process.env['JEST_WORKER_ID']}`;
}
