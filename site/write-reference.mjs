import { readFileSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '@cumulus/cli';
import {
  commandPages,
  describeCommandLine,
  httpApiPages,
  readTerraformModule,
  terraformPage,
  withTerraformTables,
} from '@cumulus/reference';
import { apiCommands } from '../packages/api/dist/commands/index.js';
import { describeHttpApi } from './describe-http-api.mjs';

/**
 * Writes the references that are made out of the sources. With --check it writes nothing, says which files are not what the
 * sources make, and fails if there are any.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND_PAGES = 'docs/reference/commands';
const HTTP_API_PAGES = 'docs/reference/http-api';
const TERRAFORM_MODULES = [
  'archive-changes',
  'data-persistence',
  'data-persistence-aws5',
  'metadata-api',
  'scheduled-backup',
];

/** @type {Map<string, string>} by their paths from the root of the repository */
const files = new Map();
for (const [name, text] of commandPages(describeCommandLine([...COMMANDS, ...apiCommands()]), titleOf)) {
  files.set(join(COMMAND_PAGES, name), text);
}

for (const [name, text] of httpApiPages(await describeHttpApi())) files.set(join(HTTP_API_PAGES, name), text);

const modules = [];
for (const name of TERRAFORM_MODULES) {
  const module = await readTerraformModule(await ownFilesOf(name));
  modules.push({ name, module });
  const readme = `tf-modules/${name}/README.md`;
  files.set(readme, withTerraformTables(await readFile(join(ROOT, readme), 'utf8'), module));
}
files.set('docs/reference/terraform-modules.md', terraformPage(modules));

/** Pages of commands and routes that there are no more. */
const superfluous = [];
for (const folder of [COMMAND_PAGES, HTTP_API_PAGES]) {
  const names = await readdir(join(ROOT, folder)).catch(() => []);
  superfluous.push(...names.map((name) => join(folder, name)).filter((path) => !files.has(path)));
}

if (process.argv.includes('--check')) await check();
else await write();

/** The first heading of a page. */
function titleOf(/** @type {string} */ path) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(join(ROOT, 'docs', path), 'utf8')) ?? [];
  if (title === undefined) throw new Error(`docs/${path} has no title`);
  return title;
}

/** The files of a Terraform module that are not links to those of another. */
async function ownFilesOf(/** @type {string} */ module) {
  const folder = join(ROOT, 'tf-modules', module);
  const texts = new Map();
  for (const name of await readdir(folder)) {
    const isOwn = name.endsWith('.tf') && (await lstat(join(folder, name))).isFile();
    if (isOwn) texts.set(name, await readFile(join(folder, name), 'utf8'));
  }
  return texts;
}

async function write() {
  for (const [path, text] of files) {
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), text);
  }
  for (const path of superfluous) await rm(join(ROOT, path));
}

async function check() {
  const stale = [];
  for (const [path, text] of files) {
    const committed = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    if (committed !== text) stale.push(path);
  }
  for (const path of [...stale, ...superfluous]) {
    process.stdout.write(`${path} is not what the sources make: run npm run reference, and commit what it changes\n`);
    process.exitCode = 1;
  }
}
