import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnMoto } from '@cumulus/test-kit';
import { MODULE, RETRIES } from './deployment.ts';
import { providerAt } from './provider.ts';
import { OLDEST_RUNNER, type Runner, Terraform } from './terraform.ts';

/** An example of a module. */
export interface Example {
  readonly module: string;
  /** By which the example calls the module. */
  readonly name: string;
  readonly example: string;
  readonly runner: Runner;
  /** What the provider asks besides. */
  readonly services: readonly string[];
}

/** As deployments may have it: the tables with an older provider than what works on them, which takes no older one. */
export const TABLES: Example = {
  ...{ module: MODULE, name: 'data_persistence', example: 'deployment', runner: OLDEST_RUNNER },
  services: [],
};

interface State {
  readonly values: {
    readonly root_module: { readonly child_modules: readonly { readonly resources: readonly Resource[] }[] };
  };
}

/** A resource of a module that was applied. */
export interface Resource {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A copy of an example, as a user makes it, that keeps its state beside it and asks moto. */
export async function rootOf(moto: OwnMoto, from: Example, variables: object): Promise<Terraform> {
  const { module, name, example, runner, services } = from;
  const terraform = new Terraform(await mkdtemp(join(moto.folder, 'root-')), runner);
  await cp(join(module, 'examples', example), terraform.folder, { recursive: true });
  await terraform.write('moto_override.tf.json', {
    terraform: { backend: { local: {} } },
    provider: { aws: providerAt(moto.endpoint, { services, retries: RETRIES[runner.provider] }) },
    module: { [name]: { source: module } },
  });
  await terraform.write('terraform.tfvars.json', variables);
  await terraform.init();
  return terraform;
}

/** The resources of the modules of a root module that was applied. */
export async function resourcesOf(terraform: Terraform): Promise<readonly Resource[]> {
  const { values } = JSON.parse(await terraform.succeed('show', '-json')) as State;
  return values.root_module.child_modules.flatMap(({ resources }) => resources);
}
