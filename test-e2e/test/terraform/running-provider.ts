import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from '@jest/globals';

/** Runs the program given until standard input ends, which is a pipe that only we hold. */
const GUARD = `
  exec 3<&0
  "$0" -debug 3<&- & provider=$!
  read -r _ <&3; kill -9 $provider
`;

let guard: ChildProcess | undefined;
let reattachment: Promise<string> | undefined;

afterAll(async () => {
  if (guard === undefined) return;
  const exit = once(guard, 'exit');
  guard.stdin?.end();
  await exit;
});

/**
 * The AWS provider that serves all of a test file's runs of Terraform one after the other, each of which configures it afresh: to start it,
 * several times a run, takes more than half of a run's processor time.
 * @param folder a root module that is initialized
 * @returns the value of `TF_REATTACH_PROVIDERS`, by which Terraform finds it
 */
export function reattachProvider(folder: string): Promise<string> {
  reattachment ??= startProvider(folder);
  return reattachment;
}

async function startProvider(folder: string): Promise<string> {
  const child = spawn('/bin/sh', ['-c', GUARD, await binaryIn(folder)], {
    // A third of its processor time is collecting garbage.
    env: { ...process.env, GOGC: '800' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  guard = child;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, value] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(line) ?? [];
    if (value !== undefined) return value;
  }
  throw new Error('The AWS provider did not say how Terraform finds it.');
}

/** The provider's binary: `.terraform/providers/HOST/NAMESPACE/NAME/VERSION/PLATFORM/terraform-provider-aws_VERSION`. */
async function binaryIn(folder: string): Promise<string> {
  let path = join(folder, '.terraform/providers/registry.terraform.io/hashicorp/aws');
  for (const level of ['version', 'platform']) {
    const [only, ...others] = await readdir(path);
    if (only === undefined || others.length > 0) throw new Error(`${path} has not one ${level}.`);
    path = join(path, only);
  }
  const binary = (await readdir(path)).find((name) => name.startsWith('terraform-provider-aws'));
  if (binary === undefined) throw new Error(`${path} has no provider.`);
  return join(path, binary);
}
