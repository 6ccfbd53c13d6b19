import type { Commands } from './command.ts';
import { inColour, takesColours } from './terminal/colours.ts';
import type { Output } from './terminal/io.ts';

/** Longer lines are hard to read. A pipe has this width too. */
export const MAX_COLUMNS = 110;
/** Narrower columns hold no word. */
const MIN_COLUMNS = 40;

/** How help is to be laid out. */
export interface HelpPage {
  readonly columns: number;
  readonly hasColours: boolean;
}

/** The page for what help is written to: a terminal's width, within what can be read. */
export function helpPageOf(output: Output): HelpPage {
  const columns = output.isTTY === true ? (output.columns ?? MAX_COLUMNS) : MAX_COLUMNS;
  return { columns: Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns)), hasColours: takesColours(output) };
}

/**
 * The help of a command, or of all, as it is shown. Its examples are to be copied, so the width does not break them.
 * @param text the help without its examples
 */
export function layOutHelp(text: string, command: Commands[number] | undefined, { hasColours }: HelpPage): string {
  const lines = text.split('\n');
  if (command !== undefined && 'examples' in command) {
    lines.push('', 'Examples:', ...command.examples.map((line) => `  ${line}`));
  }
  const page = lines.join('\n');
  return hasColours ? colourHelp(page) : page;
}

/** Help that was laid out without colours, in colours. */
export function colourHelp(text: string): string {
  return text.split('\n').map(colourLine).join('\n');
}

function colourLine(line: string): string {
  if (/^\S.*:$/.test(line)) return inColour('heading', line);
  return line.startsWith('  # ') ? inColour('comment', line) : line;
}
