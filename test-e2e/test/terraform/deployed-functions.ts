import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnMoto } from '@cumulus/test-kit';
import { FunctionProcess } from '../events/function-process.ts';
import { askMoto } from './ask-moto.ts';
import { withRole } from './enforced-role.ts';
import { type Example, type Resource, resourcesOf, rootOf, TABLES } from './example-root.ts';
import type { Policy } from './policy.ts';
import { NEWEST_RUNNER, type Terraform } from './terraform.ts';

/** The module with the API and the functions. */
const FUNCTIONS_MODULE = fileURLToPath(new URL('../../../tf-modules/metadata-api', import.meta.url));

/** What the module asks besides what that of the tables asks. */
const SERVICES = [
  ...['apigateway', 'cloudwatch', 'cloudwatchevents', 'cloudwatchlogs', 'kms', 'lambda', 's3', 'sns', 'sqs'],
];

/** moto does not look into it: the functions run from where they were built. */
const EMPTY_ZIP = Buffer.from('504b0506'.padEnd(44, '0'), 'hex');

/** What Lambda says of a function. */
export interface FunctionConfiguration {
  readonly Handler: string;
  readonly Timeout: number;
  readonly Environment: { readonly Variables: NodeJS.ProcessEnv };
}

/** What a function is invoked within. */
export type Invoke = <T>(event: unknown) => Promise<T>;

/** A deployment of both modules on moto, each by its example, as docs/how-to/deploy-api.md has it. */
export class DeployedFunctions {
  readonly #moto: OwnMoto;
  readonly #prefix: string;
  readonly terraform: Terraform;
  #resources: readonly Resource[] = [];

  private constructor(moto: OwnMoto, prefix: string, terraform: Terraform) {
    this.#moto = moto;
    this.#prefix = prefix;
    this.terraform = terraform;
  }

  /** @param settings variables of the example, besides region, prefix and functions_zip */
  static async on(moto: OwnMoto, prefix: string, settings: object): Promise<DeployedFunctions> {
    const common = { region: 'us-east-1', prefix };
    const tables = await rootOf(moto, TABLES, common);
    await tables.apply();
    // The provider runs elsewhere, so that the path has to be whole.
    const functions_zip = join(moto.folder, 'functions.zip');
    await writeFile(functions_zip, EMPTY_ZIP);
    const functions = await rootOf(moto, FUNCTIONS, { ...common, functions_zip, ...settings });
    const outputs = await tables.succeed('output', '-json', 'for_metadata_api');
    await writeFile(join(functions.folder, 'tables.auto.tfvars.json'), outputs);
    const deployed = new DeployedFunctions(moto, prefix, functions);
    await deployed.apply();
    return deployed;
  }

  /** Applies the functions' configuration, with other variables if there are any. */
  async apply(...options: readonly string[]): Promise<void> {
    await this.terraform.succeed('apply', '-auto-approve', ...options);
    this.#resources = await resourcesOf(this.terraform);
  }

  /** The values of a resource of the module. */
  resource(address: string): Resource['values'] {
    const found = this.#resources.find((one) => one.address === `module.metadata_api.${address}`);
    if (found === undefined) throw new Error(`There is no ${address}.`);
    return found.values;
  }

  /** The names of all functions, without prefix. */
  get functions(): readonly string[] {
    return this.#resources.flatMap(
      ({ address }) => /aws_lambda_function\.functions\["(\w+)"\]/.exec(address)?.[1] ?? [],
    );
  }

  policyOf(name: string): Policy {
    return JSON.parse(String(this.resource(`aws_iam_role_policy.functions["${name}"]`)['policy'])) as Policy;
  }

  async configurationOf(name: string): Promise<FunctionConfiguration> {
    const path = `/2015-03-31/functions/${this.#prefix}-${name}`;
    return (await this.ask<{ Configuration: FunctionConfiguration }>('lambda', path)).Configuration;
  }

  /** The event source mappings of a function. */
  async mappingsOf(name: string): Promise<readonly object[]> {
    const path = `/2015-03-31/event-source-mappings?FunctionName=${this.#prefix}-${name}`;
    const { EventSourceMappings } = await this.ask<{ EventSourceMappings: readonly object[] }>('lambda', path);
    return EventSourceMappings;
  }

  /** Works with a function that was deployed: its file and handler, with its environment, within what its role permits. */
  async withFunction(
    name: string,
    work: (invoke: Invoke, process: FunctionProcess) => Promise<void>,
    more: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const { Environment, Handler } = await this.configurationOf(name);
    const [file = '', handler = ''] = Handler.split('.');
    await withRole(this.policyOf(name), this.#moto, async (environment) => {
      const own = { ...Environment.Variables, CUMULUS_LOCAL_KEY: undefined, ...environment, ...more };
      const process = await FunctionProcess.start(file, own, handler);
      const invoke = async <T>(event: unknown): Promise<T> => {
        const ended = await process.invoke(event);
        if (ended === undefined || 'error' in ended)
          throw new Error(`${name}: ${JSON.stringify(ended)}\n${process.output}`);
        return ended.result as T;
      };
      try {
        await work(invoke, process);
      } finally {
        await process.kill();
      }
    });
  }

  /** Asks moto what it has no client here for. */
  ask<T>(service: string, path: string, init: RequestInit = {}): Promise<T> {
    return askMoto<T>(this.#moto, service, path, init);
  }
}

const FUNCTIONS: Example = {
  ...{ module: FUNCTIONS_MODULE, name: 'metadata_api', example: 'complete', runner: NEWEST_RUNNER },
  services: SERVICES,
};
