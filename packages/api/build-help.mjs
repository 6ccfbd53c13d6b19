import { mkdir, writeFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { COMMANDS, completion, HELP_DESCRIPTION } from '@cumulus/cli';
import { STORED_COLUMNS, storedFile } from '@cumulus/cli/stored-help';
import { apiCommands } from './dist/commands/index.js';
import { run } from './dist/run.js';

// The help of each command as `run` lays it out, so that the bin need not load the commands for it.
const folder = new URL('dist/help/', import.meta.url);
await mkdir(folder, { recursive: true });
const commands = [...COMMANDS, ...apiCommands(), completion, HELP_DESCRIPTION];
const names = commands.flatMap((command) => [command, ...('commands' in command ? command.commands : [])]);
for (const words of [[], ...names.map(({ name }) => name.split(' '))]) {
  for (const columns of STORED_COLUMNS) {
    await writeFile(new URL(storedFile(words, columns), folder), await helpOf(words, columns));
  }
}

/**
 * @param {readonly string[]} words
 * @param {number} columns
 */
async function helpOf(words, columns) {
  let text = '';
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  // A terminal without colours.
  Object.assign(process.env, { NO_COLOR: '1', FORCE_COLOR: '' });
  const stdout = Object.assign(output, { isTTY: true, columns });
  const status = await run(['help', ...words], { stdin: process.stdin, stdout, stderr: process.stderr });
  if (status !== 0) throw new Error(`help ${words.join(' ')} ended with ${status}`);
  return text.replace(/\n$/, '');
}
