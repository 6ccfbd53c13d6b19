/**
 * Pages of man, in the macros of man(7). Packages that make such pages of Markdown have no tagged paragraphs (`.TP`), which is how
 * every reader of man pages expects options.
 */

/** A text with all its characters as they are: none is taken for a request, an escape or a hyphen. */
export function escapeRoff(text: string): string {
  const characters = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
  return characters.replaceAll('`', '\\(ga').replaceAll("'", '\\(aq').replaceAll(/^\./gm, '\\&.');
}

export function bold(text: string): string {
  return `\\fB${escapeRoff(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escapeRoff(text)}\\fR`;
}

/**
 * The head of a page. It has no date, so that the same sources make the same bytes. Names and options are not hyphenated: they
 * are copied.
 */
export function titleLine(name: string, source: string): string {
  return `.TH "${escapeRoff(name.toUpperCase())}" 1 "" "${escapeRoff(source)}" "Cumulus metadata"\n.nh\n.ad l`;
}

export function section(title: string, ...content: readonly string[]): readonly string[] {
  return [`.SH ${title}`, ...content];
}

/** A paragraph with what it is about before it. Both are roff already. */
export function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${text}`;
}

/** Lines to be copied, as they are. */
export function verbatim(lines: readonly string[]): readonly string[] {
  return ['.EX', ...lines.map(escapeRoff), '.EE'];
}
