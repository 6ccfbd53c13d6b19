import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What code, messages and docs may not say, and what to write instead: words that a reader stumbles over, and what is false. */
const WORDS = new Map([
  ['anew', 'again, recreate, a new one'],
  ['bettered', 'improved'],
  ['foretell', 'describe, estimate'],
  ['graver', 'more severe'],
  ['surroundings', 'services'],
  ['told', 'given, reported, known'],
  ['tells', 'shows, says, reports, returns'],
  // On npm, the packages of these names are not ours.
  ['npm (?:install|i|add) (?:-\\S+ )*@cumulus/\\S+', 'npm install ./packages/…, in a clone'],
]);
const PATTERNS = [...WORDS].map(([word, instead]) => ({ pattern: new RegExp(`\\b(?:${word})\\b`, 'i'), instead }));

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '*.ts', '*.mjs', '*.tf', '*.hcl'],
  {
    encoding: 'utf8',
  },
);
for (const file of files.split('\n').filter((name) => name !== '' && !import.meta.url.endsWith(`/${name}`))) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    for (const { pattern, instead } of PATTERNS) {
      const [found] = pattern.exec(line) ?? [];
      if (found === undefined) continue;
      process.stdout.write(`${file}:${index + 1} "${found}": ${instead}\n`);
      process.exitCode = 1;
    }
  }
}
