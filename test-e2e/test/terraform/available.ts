import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoMoto } from '@cumulus/test-kit';
import { AWS_PROVIDER } from './provider.ts';
import { Terraform } from './terraform.ts';

/** Why the tests of the Terraform modules cannot be run on this machine, and how they could be; undefined if they can. */
export async function whyNoTerraform(): Promise<string | undefined> {
  if (spawnSync('terraform', ['version']).status !== 0) {
    return 'needs Terraform 1.6 or newer on the PATH (https://developer.hashicorp.com/terraform/install)';
  }
  return (await whyNoProvider()) ?? (await whyNoMoto());
}

async function whyNoProvider(): Promise<string | undefined> {
  const terraform = new Terraform(await mkdtemp(join(tmpdir(), 'cumulus-e2e-provider-')));
  try {
    await terraform.write('main.tf.json', { terraform: { required_providers: AWS_PROVIDER } });
    const { code, stderr } = await terraform.run('init');
    if (code === 0) return undefined;
    // After what went wrong and why comes advice on configurations.
    const reason = stderr
      .trim()
      .split(/\n\s*\n/, 2)
      .join(': ')
      .replace(/\s+/g, ' ');
    return `needs the AWS provider by \`terraform init\`: a network, or .ci/install-terraform-provider (${reason})`;
  } finally {
    await rm(terraform.folder, { recursive: true });
  }
}
