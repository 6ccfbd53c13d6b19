import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHELLS } from '../../src/completion/shells.ts';
import { TerminalSession, whyNoShell } from './terminal-session.ts';

const folder = ownFolder();
const tables = ownTables();
const environment = { HOME: folder, ZDOTDIR: folder, PATH: `${folder}:${process.env['PATH']}` };

beforeAll(async () => {
  const bin = fileURLToPath(new URL('../bin.mjs', import.meta.url));
  writeFileSync(join(folder, 'cumulus-api'), `#!/bin/sh\nexec node '${bin}' "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'bashrc'), `PS1='ready> '\nsource <(cumulus-api completion bash)\ncd\n`);
  // npm sets EDITOR to vi, by which zsh would take keys as vi does.
  writeFileSync(
    join(folder, '.zshrc'),
    `PS1='ready> '\nbindkey -e\nunsetopt PROMPT_SP\nsource <(cumulus-api completion zsh)\ncd\n`,
  );
  writeFileSync(join(folder, 'a backup.json'), '');
  mkdirSync(join(folder, 'nightly'));
  await tables.create([], ['granuleId'], 'GranulesTable');
});

/** Beginnings of command lines, and what they become; a shell's own way of quoting is left out. */
const LINES = (): readonly (readonly [string, string])[] => [
  ['cumulus-api rest', 'cumulus-api restore'],
  ['cumulus-api counts show --coll', 'cumulus-api counts show --collections'],
  ['cumulus-api backup --sse aws:kms:d', 'cumulus-api backup --sse aws:kms:dsse'],
  [`cumulus-api backup --table ${tables.prefix}`, `cumulus-api backup --table ${tables.prefix}-GranulesTable`],
  [`cumulus-api backup --table=${tables.prefix}`, `cumulus-api backup --table=${tables.prefix}-GranulesTable`],
  ['cumulus-api restore a\\ b', 'cumulus-api restore a backup.json'],
  ['cumulus-api backup --directory=nigh', 'cumulus-api backup --directory=nightly'],
  ['cumulus-api backup --segments nigh', 'cumulus-api backup --segments nigh'],
];

for (const [shell, command] of [
  ['bash', `bash --noprofile --rcfile ${join(folder, 'bashrc')} -i`],
  ['zsh', 'zsh -i'],
] as const) {
  describeUnless(whyNoShell(shell), `at a terminal, ${shell}`, () => {
    let session: TerminalSession;
    beforeAll(() => {
      session = new TerminalSession(command, environment);
    });
    afterAll(() => session.end());

    test('completes commands, options, fixed values, tables, prefixes and files', async () => {
      for (const [beginning, line] of LINES())
        expect((await session.complete(beginning)).replace(/\/? *$/, '')).toBe(line);
    });
  });
}

describeUnless(whyNoShell('fish'), 'fish', () => {
  test('completes commands, options, fixed values, tables, prefixes and files', () => {
    const script = LINES().map(([beginning]) => `complete -C '${beginning.replace('\\ ', '\\\\ ')}'; echo end`);
    const output = execFileSync('fish', ['-c', `cumulus-api completion fish | source; ${script.join('; ')}`], {
      env: { ...process.env, ...environment },
      cwd: folder,
      encoding: 'utf8',
    });
    const completed = output
      .split('end\n')
      .slice(0, -1)
      .map((lines) =>
        lines
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split('\t')[0]?.replace(/\/$/, '')),
      );
    const expected = LINES().map(([beginning, line]) =>
      line === beginning ? [] : [line.replace(/^.* (?=\S)/, '').replace('backup.json', 'a backup.json')],
    );
    expect(completed).toEqual(expected);
  });
});

test.each(SHELLS)('the script for %s has no colours, whatever the environment says', (shell) => {
  const script = execFileSync(join(folder, 'cumulus-api'), ['completion', shell], {
    env: { ...process.env, FORCE_COLOR: '1' },
    encoding: 'utf8',
  });
  expect(script).not.toContain('\u001b');
});
