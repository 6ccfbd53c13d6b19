/** Which of this machine's AWS providers: the oldest that the modules take, or the newest that there is. */
export type AwsProviderAge = 'oldest' | 'newest';

/** An AWS provider of Terraform that runs for a worker. */
export interface AwsProvider {
  readonly version: string;
  /** The value of `TF_REATTACH_PROVIDERS`, by which Terraform finds it. */
  readonly reattachment: string;
}
