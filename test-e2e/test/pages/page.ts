import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a page. */
export interface Block {
  /** Of its fence, in the page; the first line of a file is 1. */
  readonly line: number;
  /** The heading that it stands under; empty above the first one. */
  readonly heading: string;
  /** `bash`, `hcl`, …; empty where the fence names none. */
  readonly language: string;
  /** Without the indentation that a list gives it, and without an end of line. */
  readonly text: string;
  /** What the page shows as its output: the block of text that follows it under the same heading. */
  readonly output?: { readonly line: number; readonly text: string } | undefined;
}

/** What is a picture, which is not typed in anywhere. */
const PICTURES: ReadonlySet<string> = new Set(['mermaid']);
/**
 * Blocks of these show what the block before them writes, or are nothing to copy, as the names of folders; of other languages show output those
 * whose fence says `output`.
 */
const OUTPUT_LANGUAGES: ReadonlySet<string> = new Set(['', 'text']);

/** The path of a page on this machine. @param page from the top of the repository: `docs/how-to/back-up.md` */
export function pathOf(page: string): string {
  return fileURLToPath(new URL(`../../../${page}`, import.meta.url));
}

/** The blocks of a page that a reader can copy, in its order. @param page from the top of the repository */
export function readPage(page: string): readonly Block[] {
  return parsePage(readFileSync(pathOf(page), 'utf8'));
}

/** @throws an error where a block does not end */
export function parsePage(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { fence: string; indent: number; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,})\s*(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== '') {
        open = { fence, indent: indent.length, info: info.trim(), line: index + 1, lines: [] };
      } else {
        heading = /^#{1,6} (.*)$/.exec(line)?.[1] ?? heading;
      }
    } else if (fence === open.fence && info === '') {
      add(blocks, heading, open);
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`The block of line ${open.line} does not end.`);
  return blocks;
}

function add(
  blocks: Block[],
  heading: string,
  { info, line, lines }: { info: string; line: number; lines: readonly string[] },
): void {
  const [language = '', ...words] = info.split(/\s+/);
  if (PICTURES.has(language)) return;
  const text = lines.join('\n');
  const before = blocks.at(-1);
  const isOutput = OUTPUT_LANGUAGES.has(language) || words.includes('output');
  if (isOutput && before !== undefined && before.heading === heading && before.output === undefined) {
    blocks[blocks.length - 1] = { ...before, output: { line, text } };
  } else if (!OUTPUT_LANGUAGES.has(language)) {
    blocks.push({ line, heading, language, text });
  }
}
