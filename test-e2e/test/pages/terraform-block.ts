import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnMoto } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { MODULE } from '../terraform/deployment.ts';
import { providerAt } from '../terraform/provider.ts';
import { Terraform } from '../terraform/terraform.ts';
import { type Block, pathOf } from './page.ts';

/** What takes the place of the module's address in a repository. */
const SOURCE = /git::https:\/\/github\.com\/nasa\/cumulus\.git\/\/tf-modules\/data-persistence\?ref=REPLACE/;

/** Has Terraform validate a block in a configuration of its own, with the module of the tables in it unless the block says what becomes of that. */
export async function validateBlock(moto: OwnMoto, { text }: Pick<Block, 'text'>): Promise<void> {
  const terraform = new Terraform(await mkdtemp(join(moto.folder, 'block-')));
  await terraform.write('provider.tf.json', { provider: { aws: providerAt(moto.endpoint) } });
  await writeFile(join(terraform.folder, 'block.tf'), text.replace(SOURCE, MODULE));
  if (!/^(?:module|removed) /m.test(text))
    await terraform.write('main.tf.json', { module: { data_persistence: { source: MODULE, prefix: 'prod' } } });
  await terraform.init();
  expect(await terraform.succeed('validate')).toContain('The configuration is valid');
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
