import { whyNoAwsProvider, whyNoMoto } from '@cumulus/test-kit';

/** Why the tests of the Terraform modules cannot be run on this machine, and how they could be; undefined if they can. */
export async function whyNoTerraform(): Promise<string | undefined> {
  return (await whyNoAwsProvider()) ?? (await whyNoMoto());
}
