import { mkdir, writeFile } from 'node:fs/promises';
import { COMMANDS } from '@cumulus/cli';
import { describeCommandLine, manPages } from '@cumulus/reference';
import { apiCommands } from './dist/commands/index.js';
import { VERSION } from './dist/version.js';

// npm installs those that package.json lists, as `man`.
const folder = new URL('dist/man/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of manPages(describeCommandLine([...COMMANDS, ...apiCommands()]), VERSION)) {
  await writeFile(new URL(name, folder), text);
}
