import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnMoto } from '@cumulus/test-kit';
import { providerAt } from './provider.ts';
import { OLDEST_RUNNER, Terraform } from './terraform.ts';

const MODULES = fileURLToPath(new URL('../../../tf-modules', import.meta.url));

/** The module under test. */
export const MODULE = join(MODULES, 'data-persistence');

/** The same for AWS provider 5, with what older providers do not know. */
export const MODULE_FOR_AWS_5 = join(MODULES, 'data-persistence-aws5');

/** The module's variables. */
export interface Settings {
  readonly prefix: string;
  readonly enable_point_in_time_tables?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly recovery_buckets?: readonly string[];
  readonly table_tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly kms_key_arn?: string;
  readonly deletion_protection?: boolean;
  readonly table_classes?: Readonly<Record<string, string>>;
  /** Of the module for AWS provider 5. */
  readonly recovery_period_in_days?: number;
  /** Of the module for AWS provider 5. */
  readonly on_demand_limits?: Readonly<Record<string, { readonly read?: number; readonly write?: number }>>;
}

/** Provider 5 makes ten tables at once, and moto answers one request at a time. */
export const RETRIES = { oldest: 1, newest: 5 } as const;

const OUTPUTS = [
  'dynamo_tables',
  'record_counts_table',
  'dynamo_stream_arns',
  'backup_policy',
  'restore_policy',
  'recovery_policy',
  'rehearsal_policy',
  'status_policy',
];

/** A root module that has the module under test as users have it, at `module.data_persistence`. */
export class Deployment extends Terraform {
  /** One with a state of its own on a moto; not applied yet. */
  static async on({ folder, endpoint }: OwnMoto, settings: Settings, runner = OLDEST_RUNNER): Promise<Deployment> {
    return Deployment.in(await mkdtemp(join(folder, 'root-')), endpoint, settings, runner);
  }

  /** One in a folder that may have a state already. */
  static async in(folder: string, endpoint: string, settings: Settings, runner = OLDEST_RUNNER): Promise<Deployment> {
    const deployment = new Deployment(folder, runner);
    await deployment.write('provider.tf.json', {
      provider: { aws: providerAt(endpoint, { retries: RETRIES[runner.provider] }) },
    });
    await deployment.configure(settings);
    await deployment.init();
    return deployment;
  }

  /** Gives the module other variables, or another module its place, from the next plan on; after an `init` if it is another. */
  async configure(settings: Settings, source = MODULE): Promise<void> {
    await this.write('main.tf.json', {
      module: { data_persistence: { source, ...settings } },
      output: Object.fromEntries(OUTPUTS.map((name) => [name, { value: `\${module.data_persistence.${name}}` }])),
    });
  }
}
