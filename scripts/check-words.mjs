import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Words that a reader stumbles over in code, messages and docs, and what to write instead. */
const WORDS = new Map([
  ['anew', 'again, recreate, a new one'],
  ['bettered', 'improved'],
  ['foretell', 'describe, estimate'],
  ['graver', 'more severe'],
  ['surroundings', 'services'],
  ['told', 'given, reported, known'],
  ['tells', 'shows, says, reports, returns'],
]);
const ANY = new RegExp(`\\b(${[...WORDS.keys()].join('|')})\\b`, 'i');

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md', '*.ts', '*.mjs', '*.tf', '*.hcl'],
  {
    encoding: 'utf8',
  },
);
for (const file of files.split('\n').filter((name) => name !== '' && !import.meta.url.endsWith(`/${name}`))) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const [, word] = ANY.exec(line) ?? [];
    if (word === undefined) continue;
    process.stdout.write(`${file}:${index + 1} "${word}": ${WORDS.get(word.toLowerCase())}\n`);
    process.exitCode = 1;
  }
}
