import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { AwsProvider, AwsProviderAge } from '../protocol/aws-provider.ts';

/** The versions of the provider that a run can have: the oldest that the modules take, and the newest that this machine has. */
const CONSTRAINTS: Readonly<Record<AwsProviderAge, string>> = { oldest: '3.39.0', newest: '>= 3.39' };

/** Runs the program given until standard input ends, which is a pipe that only we hold. */
const GUARD = `
  exec 3<&0
  "$0" -debug 3<&- & provider=$!
  read -r _ <&3; kill -9 $provider
`;

interface InstalledProvider {
  readonly version: string;
  readonly binary: string;
  /** A folder that is removed with the run. */
  readonly folder: string;
}

interface RunningProvider extends AwsProvider {
  readonly guard: ChildProcess;
}

/** This machine has no Terraform, or no AWS provider for it. */
export class TerraformUnavailableError extends Error {
  override readonly name = 'TerraformUnavailableError';
}

/**
 * An AWS provider of Terraform for each of jest's workers and the whole run, of each age, installed and started when the worker's first test file
 * asks. It serves runs of Terraform one after the other, each of which configures it again: to install and to start it, several times a run of
 * Terraform, takes more than half of that run's processor time.
 */
export class AwsProviderPool {
  readonly #providers = new Map<string, Promise<RunningProvider>>();
  readonly #installed = new Map<AwsProviderAge, Promise<InstalledProvider>>();
  readonly #log: (line: string) => void;

  /** @param log gets which version of each age was found */
  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** @throws TerraformUnavailableError */
  async of(age: AwsProviderAge, worker: string): Promise<AwsProvider> {
    const key = `${age} ${worker}`;
    const provider = this.#providers.get(key) ?? this.#start(age);
    this.#providers.set(key, provider);
    const { version, reattachment } = await provider;
    return { version, reattachment };
  }

  /**
   * The version of that age, without starting it.
   * @throws TerraformUnavailableError
   */
  async version(age: AwsProviderAge): Promise<string> {
    return (await this.#install(age)).version;
  }

  async stop(): Promise<void> {
    for (const provider of await Promise.allSettled(this.#providers.values())) {
      if (provider.status === 'fulfilled') await end(provider.value.guard);
    }
    for (const installed of await Promise.allSettled(this.#installed.values())) {
      if (installed.status === 'fulfilled') await rm(installed.value.folder, { recursive: true });
    }
  }

  #install(age: AwsProviderAge): Promise<InstalledProvider> {
    const installed = this.#installed.get(age) ?? this.#installOnce(age);
    this.#installed.set(age, installed);
    return installed;
  }

  async #installOnce(age: AwsProviderAge): Promise<InstalledProvider> {
    const installed = await install(CONSTRAINTS[age]);
    this.#log(`Terraform's AWS provider ${installed.version}, the ${age} of this machine`);
    return installed;
  }

  async #start(age: AwsProviderAge): Promise<RunningProvider> {
    return startProvider(await this.#install(age));
  }
}

/** Installs a provider of these versions into a new folder with a root module. */
async function install(version: string): Promise<InstalledProvider> {
  const folder = await mkdtemp(join(tmpdir(), 'cumulus-terraform-'));
  try {
    const required_providers = { aws: { source: 'hashicorp/aws', version } };
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { required_providers } }));
    await initialize(folder);
    return { ...(await providerIn(folder)), folder };
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

async function startProvider({ version, binary }: InstalledProvider): Promise<RunningProvider> {
  const guard = spawn('/bin/sh', ['-c', GUARD, binary], {
    // A third of its processor time is collecting garbage. Provider 5 cannot be configured twice with authorities of one's own.
    env: { ...process.env, GOGC: '800', AWS_CA_BUNDLE: undefined },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: guard.stdout })) {
    const [, reattachment] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(line) ?? [];
    if (reattachment !== undefined) return { version, reattachment, guard };
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
async function providerIn(folder: string): Promise<Pick<InstalledProvider, 'version' | 'binary'>> {
  const path = join(folder, '.terraform/providers/registry.terraform.io/hashicorp/aws');
  const version = await onlyOneIn(path);
  const platform = join(path, version, await onlyOneIn(join(path, version)));
  const binary = (await readdir(platform)).find((name) => name.startsWith('terraform-provider-aws'));
  if (binary === undefined) throw new Error(`${platform} has no provider.`);
  return { version, binary: join(platform, binary) };
}

async function onlyOneIn(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder);
  if (only === undefined || others.length > 0) throw new Error(`${folder} has not one entry.`);
  return only;
}
