import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** The provider that the modules ask for, in any version that this machine can have. */
const REQUIRED_PROVIDERS = { aws: { source: 'hashicorp/aws', version: '>= 3.39' } };

/** Runs the program given until standard input ends, which is a pipe that only we hold. */
const GUARD = `
  exec 3<&0
  "$0" -debug 3<&- & provider=$!
  read -r _ <&3; kill -9 $provider
`;

interface RunningProvider {
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattachment: string;
  readonly guard: ChildProcess;
}

/** This machine has no Terraform, or no AWS provider for it. */
export class TerraformUnavailableError extends Error {
  override readonly name = 'TerraformUnavailableError';
}

/**
 * One AWS provider of Terraform for each of jest's workers and the whole run, installed and started when the worker's first test file asks. It
 * serves runs of Terraform one after the other, each of which configures it afresh: to install and to start it, several times a run of Terraform,
 * takes more than half of that run's processor time.
 */
export class AwsProviderPool {
  readonly #providers = new Map<string, Promise<RunningProvider>>();
  #installed: Promise<string> | undefined;

  /**
   * @returns the value of `TF_REATTACH_PROVIDERS`, by which Terraform finds the worker's
   * @throws TerraformUnavailableError
   */
  async of(worker: string): Promise<string> {
    const provider = this.#providers.get(worker) ?? this.#start();
    this.#providers.set(worker, provider);
    return (await provider).reattachment;
  }

  async stop(): Promise<void> {
    for (const provider of await Promise.allSettled(this.#providers.values())) {
      if (provider.status === 'fulfilled') await end(provider.value.guard);
    }
    const folder = await this.#installed?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true });
  }

  async #start(): Promise<RunningProvider> {
    this.#installed ??= install();
    return startProvider(await binaryIn(await this.#installed));
  }
}

/** @returns a folder with a root module that is initialized */
async function install(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cumulus-terraform-'));
  try {
    await writeFile(
      join(folder, 'main.tf.json'),
      JSON.stringify({ terraform: { required_providers: REQUIRED_PROVIDERS } }),
    );
    await initialize(folder);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

async function initialize(folder: string): Promise<void> {
  const child = spawn('terraform', ['init', '-no-color', '-input=false'], {
    cwd: folder,
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number]>;
  const outcome = Promise.all([ended, text(child.stderr)]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new TerraformUnavailableError(
      'needs Terraform 1.6 or newer on the PATH (https://developer.hashicorp.com/terraform/install)',
    );
  });
  const [[code], stderr] = await outcome;
  if (code === 0) return;
  // After what went wrong and why comes advice on configurations.
  const reason = stderr
    .trim()
    .split(/\n\s*\n/, 2)
    .join(': ')
    .replace(/\s+/g, ' ');
  throw new TerraformUnavailableError(
    `needs the AWS provider by \`terraform init\`: a network, or .ci/install-terraform-provider (${reason})`,
  );
}

async function startProvider(binary: string): Promise<RunningProvider> {
  const guard = spawn('/bin/sh', ['-c', GUARD, binary], {
    // A third of its processor time is collecting garbage.
    env: { ...process.env, GOGC: '800' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: guard.stdout })) {
    const [, reattachment] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(line) ?? [];
    if (reattachment !== undefined) return { reattachment, guard };
  }
  throw new Error('The AWS provider did not say how Terraform finds it.');
}

async function end(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null) return;
  const exit = once(guard, 'exit');
  guard.stdin?.end();
  await exit;
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
