import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownFolder } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';

const REPOSITORY = join(import.meta.dirname, '../../..');
const folder = ownFolder();

const LONG = `It has\n${`${'one word and '.repeat(5).trim()}\n`.repeat(2)}more.`;

/** A file with a fault each: its name, its text, and what the check says of it. */
const FAULTS: readonly (readonly [fault: string, name: string, text: string, problem: RegExp])[] = [
  ['a word of the list', 'word.md', '# T\n\nMade anew.\n', /word\.md:3 "anew": write again/],
  ['words over two lines', 'lines.md', '# T\n\nRun it in order\nto see.\n', /lines\.md:3 "in order to": write to$/m],
  ['a word in a container', 'tip.md', '# T\n\n::: tip\nAs told.\n:::\n', /tip\.md:4 "told"/],
  ['a word in a table', 'table.md', '# T\n\n| a |\n|---|\n| told |\n', /table\.md:5 "told"/],
  ['a word twice', 'twice.md', '# T\n\nSee the the page.\n', /twice\.md:3 "the the"/],
  ['an inversion', 'inversion.md', '# T\n\nSee it. Not asked is the rest.\n', /inversion\.md:3 "Not asked is"/],
  ['a package that is not ours', 'npm.md', '# T\n\nBy npm install @cumulus/api.\n', /npm\.md:3 "npm install @cumulus/],
  ['a sentence of over 30 words', 'long.md', `# T\n\n${LONG}\n`, /long\.md:3 This sentence has 33 words; 30 at most/],
  ['a long line', 'line.md', `# T\n\n${'word '.repeat(25)}so\n`, /line\.md:3:101 error MD013/],
  ['a fence without a language', 'fence.md', '# T\n\n```\nx\n```\n', /fence\.md:3 error MD040/],
  ['a second first heading', 'heading.md', '# T\n\nText.\n\n# U\n', /heading\.md:5 error MD025/],
  ['a skipped heading', 'order.md', '# T\n\n### U\n', /order\.md:3 error MD001/],
  ['a link to no heading', 'link.md', '# T\n\nSee [it](#nowhere).\n', /link\.md:3:\d+ error MD051/],
  ['a bare address', 'address.md', '# T\n\nSee https://example.org now.\n', /address\.md:3:\d+ error MD034/],
  [
    'a word in a message',
    'message.ts',
    `export const text = 'Nothing is asked of it.';\n`,
    /message\.ts:1 "is asked of"/,
  ],
  [
    'words over two lines of a comment',
    'comment.ts',
    '/**\n * It runs in order\n * to see.\n */\n',
    /comment\.ts:2 "in order to"/,
  ],
  ['a word in a description', 'variables.tf', 'description = "As told."\n', /variables\.tf:1 "told"/],
];

const GOOD = `# Title

The first sentence, with [a link](#part) and \`npm install in code, as told\`.

::: tip
A container.
:::

\`\`\`mermaid
flowchart LR
  told --> anew
\`\`\`

## Part

| a | b |
|---|---|
| a row that is longer than a hundred characters, because a table cannot be wrapped in Markdown | and so it stays |
`;

describe('the check of pages and words', () => {
  let said = '';
  beforeAll(async () => {
    const files = [...FAULTS.map(([, name, text]) => [name, text] as const), ['good.md', GOOD] as const];
    await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)));
    const run = promisify(execFile)(
      process.execPath,
      ['scripts/check-prose.mjs', ...files.map(([name]) => join(folder, name))],
      { cwd: REPOSITORY },
    );
    said = await run.then(
      () => 'passed',
      ({ code, stdout }) => `exit ${code}\n${stdout}`,
    );
  });

  test.each(FAULTS)('finds %s', (_, name, __, problem) => {
    expect(said).toMatch(/^exit 1$/m);
    expect(said).toMatch(problem);
    expect(said.split('\n').filter((line) => line.includes(`/${name}:`))).toHaveLength(1);
  });

  test('takes containers, pictures, code and tables as they are', () => {
    expect(said).not.toContain('good.md');
  });
});
