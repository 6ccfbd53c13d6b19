import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type AwsProviderAge, awsProvider } from '@cumulus/test-kit';

/** How a run of Terraform came to its end. */
export interface TerraformEnded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The part of a plan's JSON that the tests look at. */
export interface Plan {
  readonly resource_changes?: readonly ResourceChange[];
  /** Whether {@link Terraform.apply} would do nothing, outputs included. */
  readonly isEmpty: boolean;
}

/** The part of a state that the tests look at. */
interface State<T> {
  readonly outputs: Readonly<Record<string, { readonly value: T }>>;
}

export interface ResourceChange {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

/** With what a root module is planned and applied. */
export interface Runner {
  readonly program: 'terraform' | 'tofu';
  readonly provider: AwsProviderAge;
}

/** With what most tests run: it starts in a tenth of the newest provider's time. */
export const OLDEST_RUNNER: Runner = { program: 'terraform', provider: 'oldest' };

export const NEWEST_RUNNER: Runner = { program: 'terraform', provider: 'newest' };

/** Where each looks for a provider that is named without a registry. */
const REGISTRIES = { terraform: 'registry.terraform.io', tofu: 'registry.opentofu.org' } as const;

/** Given to `plan -detailed-exitcode`, which shows by it whether anything would change. */
const NOTHING_TO_CHANGE = 0;
const SOMETHING_TO_CHANGE = 2;

/** Terraform or OpenTofu in a folder with a root module, where it keeps its state too. */
export class Terraform {
  readonly folder: string;
  readonly runner: Runner;
  #reattached: string | undefined;

  constructor(folder: string, runner = OLDEST_RUNNER) {
    this.folder = folder;
    this.runner = runner;
  }

  /** With which Terraform runs here. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      AWS_PROFILE: undefined,
      CHECKPOINT_DISABLE: '1',
      // A fifth of Terraform's processor time is collecting garbage of the provider's schema.
      GOGC: '800',
      TF_DATA_DIR: join(this.folder, '.terraform'),
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      TF_REATTACH_PROVIDERS: this.#reattached,
    };
  }

  /** Runs Terraform with these arguments, however that ends. */
  async run(...args: readonly string[]): Promise<TerraformEnded> {
    const child = spawn(this.runner.program, args, {
      cwd: this.folder,
      env: { ...this.environment, TF_CLI_ARGS: '-no-color' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: code as number, stdout, stderr };
  }

  /** Runs Terraform, which has to succeed, and gives what it printed. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`${this.runner.program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Writes a file of the root module, in Terraform's JSON. */
  async write(file: string, content: object): Promise<void> {
    await writeFile(join(this.folder, file), JSON.stringify(content, undefined, 2));
  }

  /** From now on the provider is the worker's, which runs already: none is installed. */
  async init(...options: readonly string[]): Promise<void> {
    const { program, provider } = this.runner;
    const { reattachment } = await awsProvider(provider);
    this.#reattached = reattachment.replaceAll(REGISTRIES.terraform, REGISTRIES[program]);
    await this.succeed('init', ...options);
  }

  /** What {@link apply} would do. */
  async plan(): Promise<Plan> {
    const isEmpty = (await this.#plan('-out=plan')) === '';
    return { ...JSON.parse(await this.succeed('show', '-json', 'plan')), isEmpty };
  }

  /** What {@link apply} would do, outputs included, in Terraform's words; empty where that is nothing. */
  differences(): Promise<string> {
    return this.#plan();
  }

  async #plan(...options: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run('plan', '-detailed-exitcode', ...options);
    if (code !== NOTHING_TO_CHANGE && code !== SOMETHING_TO_CHANGE)
      throw new Error(`${this.runner.program} plan:\n${stderr}`);
    return code === NOTHING_TO_CHANGE ? '' : stdout;
  }

  async apply(): Promise<void> {
    await this.succeed('apply', '-auto-approve');
  }

  /** The value of an output of the root module, as the state has it. */
  async output<T>(name: string): Promise<T> {
    const state = JSON.parse(await readFile(join(this.folder, 'terraform.tfstate'), 'utf8')) as State<T>;
    const output = state.outputs[name];
    if (output === undefined) throw new Error(`There is no output ${name}.`);
    return output.value;
  }
}

/** What a plan does to anything, by address; what does not change is left out. */
export function changesOf(plan: Plan): Record<string, readonly string[]> {
  const changes = plan.resource_changes ?? [];
  return Object.fromEntries(
    changes
      .map(({ address, change }) => [address, change.actions] as const)
      .filter(([, actions]) => actions.join() !== 'no-op'),
  );
}

/** What Terraform said of its errors, without the lines that it breaks and the frame that it draws. */
export function messageOf({ stderr }: TerraformEnded): string {
  return stderr.replace(/[\s│╷╵]+/g, ' ');
}
