import { expect } from '@jest/globals';

/** What differs from run to run, and what replaces it where outputs are compared. The order counts. */
const VOLATILE: readonly (readonly [pattern: RegExp, stand: string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d[:.-]?\d\d[:.-]?\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, 'TIME'],
  [/\b\d{8}T\d{6}(?:\.\d+)?Z/g, 'TIME'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/g, 'TIME'],
  [/\b\d\d:\d\d:\d\d\b/g, 'TIME'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\b[0-9a-f]{16,}\b/g, 'HEX'],
  [/\beyJ[\w.-]+/g, 'TOKEN'],
  [/\b\d{13,}-[0-9a-f]{6,}\b/g, 'ID'],
  [/(127\.0\.0\.1|localhost|\d+\.\d+\.\d+\.\d+):\d+/g, 'ADDRESS'],
  [/\b\d[\d,]*(?:\.\d+)? ?(?:ms|s|min|minutes?|seconds?|h|hours?)\b/g, 'DURATION'],
  [/\b\d[\d,]*(?:\.\d+)? ?(?:bytes|[kKMG]i?B)(?:\/s)?\b/g, 'SIZE'],
  [/\b\d[\d,]*(?:\.\d+)? (?=(?:items|records|units|read units|write units)\/s)/g, 'RATE '],
];

/** A line of a page that stands for any number of lines, none among them. */
const LEFT_OUT = '...';

/**
 * Whether a block wrote what the page shows. Times, durations, sizes, rates, addresses and ids may differ; counts may not. A line
 * `...` of the page stands for lines that it leaves out.
 *
 * @param folders paths that the page does not show, as in `{ '/tmp/a1': '/data' }`
 */
export function isShown(written: string, shown: string, folders: Readonly<Record<string, string>> = {}): boolean {
  return matches(linesOf(withFolders(written, folders)), linesOf(shown));
}

/** Fails, and shows the difference, where {@link isShown} says no. */
export function expectShown(written: string, shown: string, folders: Readonly<Record<string, string>> = {}): void {
  if (isShown(written, shown, folders)) return;
  expect(linesOf(withFolders(written, folders)).join('\n')).toBe(linesOf(shown).join('\n'));
}

/** An output with the folders' names that a page shows. */
export function withFolders(written: string, folders: Readonly<Record<string, string>>): string {
  return Object.entries(folders).reduce((all, [path, name]) => all.replaceAll(path, name), written);
}

function linesOf(output: string): readonly string[] {
  const stable = VOLATILE.reduce((all, [pattern, stand]) => all.replace(pattern, stand), output);
  // What fills a column up to its width depends on what the column holds.
  const lines = stable.split('\n').map((line) => line.trimEnd().replace(/(?<=\S) {2,}/g, '  '));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function matches(got: readonly string[], wanted: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return got.length === 0;
  if (first.trim() !== LEFT_OUT) return got.length > 0 && got[0] === first && matches(got.slice(1), rest);
  return Array.from({ length: got.length + 1 }, (_, from) => got.slice(from)).some((after) => matches(after, rest));
}
