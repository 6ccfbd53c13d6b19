import { readPage } from './page.ts';

/** The line of a log that docs/reference/log-fields.md shows, as a function writes it. */
export function documentedLogLine(): string {
  const example = readPage('docs/reference/log-fields.md').find(({ text }) => text.includes('"level"'));
  return JSON.stringify(JSON.parse(example?.text ?? ''));
}
