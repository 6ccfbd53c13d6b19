import { execFileSync } from 'node:child_process';
import { checkMarkdown } from './prose/check-markdown.mjs';
import { checkSources } from './prose/check-sources.mjs';

/** The list of words itself, and its test. */
const EXEMPT = new Set(['scripts/prose/words.mjs', 'test-e2e/test/checks/prose.test.ts']);

/** All files of the repository, also those that git has not been given yet. */
function filesOfRepository() {
  const kinds = ['*.md', '*.ts', '*.mjs', '*.tf', '*.hcl'];
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', ...kinds],
    {
      encoding: 'utf8',
    },
  );
  return listed.split('\n').filter((file) => file !== '');
}

// Checks the files that are named, or all: `node scripts/check-prose.mjs [FILE …]`.
const named = process.argv.slice(2);
const files = (named.length > 0 ? named : filesOfRepository()).filter((file) => !EXEMPT.has(file));
const isPage = (file) => file.endsWith('.md');
const problems = [
  ...checkSources(files.filter((file) => !isPage(file))),
  ...(await checkMarkdown(files.filter((file) => isPage(file)))),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
