import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { MODULE } from '../terraform/deployment.ts';
import { providerAt } from '../terraform/provider.ts';
import { type Runner, Terraform } from '../terraform/terraform.ts';
import { type Block, pathOf } from './page.ts';

/** Where a block takes a module from. */
const SOURCE = /git::https:\/\/github\.com\/nasa\/cumulus\.git\/\/(tf-modules\/[\w-]+)\?ref=REPLACE/g;

/** Has Terraform validate a block in a configuration of its own, with the module of the tables in it unless the block says what becomes of that. */
export async function validateBlock(moto: OwnMoto, block: Pick<Block, 'text'>): Promise<void> {
  const terraform = await rootOf(moto, block);
  expect(await terraform.succeed('validate')).toContain('The configuration is valid');
}

/**
 * Has Terraform plan a block in a configuration of its own, with the module of the tables in it unless the block has it.
 * @param variables of the configuration, which the block takes for granted
 * @returns the plan, in Terraform's words
 */
export async function planBlock(
  moto: OwnMoto,
  block: Pick<Block, 'text'>,
  runner: Runner,
  variables?: Readonly<Record<string, string>>,
): Promise<string> {
  const terraform = await rootOf(moto, block, runner, variables);
  return terraform.differences();
}

async function rootOf(
  moto: OwnMoto,
  { text }: Pick<Block, 'text'>,
  runner?: Runner,
  variables: Readonly<Record<string, string>> = {},
): Promise<Terraform> {
  const terraform = new Terraform(await mkdtemp(join(moto.folder, 'block-')), runner);
  await terraform.write('provider.tf.json', { provider: { aws: providerAt(moto.endpoint) } });
  for (const [name, value] of Object.entries(variables)) {
    await terraform.write(`${name}.tf.json`, { variable: { [name]: { default: value } } });
  }
  await writeFile(
    join(terraform.folder, 'block.tf'),
    text.replaceAll(SOURCE, (_, module: string) => pathOf(module)),
  );
  if (!/^(?:module "data_persistence"|removed) /m.test(text))
    await terraform.write('main.tf.json', { module: { data_persistence: { source: MODULE, prefix: 'prod' } } });
  await terraform.init();
  return terraform;
}

/** Checks that each address to which a block moves something is in the module of the API and the functions. */
export async function expectMovedTo(text: string, files: readonly string[]): Promise<void> {
  const contents = await Promise.all(files.map((file) => readFile(pathOf(`tf-modules/metadata-api/${file}`), 'utf8')));
  const declared = new Set(
    contents.flatMap((content) =>
      [...content.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`),
    ),
  );
  const to = [...text.matchAll(/^ *to += module\.metadata_api\.(\w+\.\w+)/gm)].map(([, address = '']) => address);
  expect(to.length).toBe(text.match(/^moved \{/gm)?.length);
  for (const address of to) expect(declared).toContain(address);
}
