/** Lines of prose in pages have at most so many characters. */
const MAX_LINE = 100;

/** The first line of a page that is generated as a whole. */
export const GENERATED = '<!-- Made by "npm run reference" out of the sources. Change those, not this page. -->';

/** Breaks a paragraph into lines; links and code are never broken. */
export function wrapProse(text: string, first = '', next = ''): string {
  const words = text.match(/(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|\S)+/g) ?? [];
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of words) {
    if (!isEmpty && line.length + 1 + word.length > MAX_LINE) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** A list of points, each wrapped. */
export function bulletList(points: readonly string[]): string {
  return points.map((point) => wrapProse(point, '- ', '  ')).join('\n');
}

/** A table; `|` in its cells is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => ` ${cell.replaceAll('|', '\\|').replaceAll('\n', ' ')} `.replace(/^ +$/, ' ')).join('|')}|`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A table without the columns that no row fills. */
export function filledTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isFilled = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const filled = (cells: readonly string[]): readonly string[] => cells.filter((_, column) => isFilled[column]);
  return table(filled(head), rows.map(filled));
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A text that is not Markdown: what would be read as such is escaped, and options and places in S3 are set as code. */
export function plainText(text: string): string {
  return text
    .split(/((?<![\w-])--[a-z][\w-]*(?: [A-Z][A-Z_]+\b)?|s3:\/\/[\w./{}-]*[\w/{}-]|https?:\/\/[\w./:-]*[\w/])/)
    .map((part, index) => (index % 2 === 1 ? code(part) : part.replaceAll(/[\\`*<>[\]]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('');
}

/** As a sentence: with a full stop. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The lines around a block. */
const FENCE = '```';

export function block(language: string, lines: readonly string[]): string {
  return [`${FENCE}${language}`, ...lines, FENCE].join('\n');
}
