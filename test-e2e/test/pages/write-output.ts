import { readFileSync, writeFileSync } from 'node:fs';
import { type Block, pathOf, readPage } from './page.ts';
import { withFolders } from './shown-output.ts';

/** Whether pages get the outputs that came out, instead of being compared with them. */
export const WRITES_PAGES = process.env['CUMULUS_TEST_WRITE_PAGES'] === '1';

/** Puts what a block wrote in the place of the output that its page shows. @param folders as of `expectShown` */
export function writeOutput(
  page: string,
  { text, heading }: Block,
  written: string,
  folders: Readonly<Record<string, string>> = {},
): void {
  // Outputs that were written before have moved the lines.
  const block = readPage(page).find((each) => each.text === text && each.heading === heading);
  if (block?.output === undefined) return;
  const lines = readFileSync(pathOf(page), 'utf8').split('\n');
  const [indent = ''] = /^\s*/.exec(lines[block.output.line - 1] ?? '') ?? [];
  const fresh = withFolders(written, folders).trimEnd().split('\n');
  const end = lines.findIndex((line, index) => index >= Number(block.output?.line) && line.trim().startsWith('```'));
  lines.splice(
    block.output.line,
    end - block.output.line,
    ...fresh.map((line) => (line === '' ? '' : `${indent}${line.trimEnd()}`)),
  );
  writeFileSync(pathOf(page), lines.join('\n'));
}
