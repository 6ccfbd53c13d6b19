import xterm from '@xterm/headless';
import type { Chunk, TerminalSize } from './terminal-recorder.ts';

/** What one piece of a line looks like. */
interface Run {
  readonly column: number;
  readonly text: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  /** One of the eight colours of terminals, 0 to 7; undefined is that of plain text. */
  readonly colour: number | undefined;
}

/** A line of the screen. */
export type Line = readonly Run[];

/** All lines at a moment. */
export interface Screen extends Omit<Chunk, 'text'> {
  readonly lines: readonly Line[];
}

/** Chunks that come so close to each other are one change, in milliseconds. */
const AT_ONCE = 40;

/** Has a terminal emulator interpret what a terminal was sent. @returns the screen after each change */
export async function screensOf(chunks: readonly Chunk[], { columns, rows }: TerminalSize): Promise<readonly Screen[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const screens: Screen[] = [];
  for (const [index, { at, text, isWork }] of chunks.entries()) {
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    const next = chunks[index + 1];
    if (next !== undefined && next.at - at < AT_ONCE) continue;
    screens.push({ at, isWork, lines: Array.from({ length: rows }, (_, row) => readLine(terminal, row)) });
  }
  if (terminal.buffer.active.baseY > 0) throw new Error(`The session has more than ${rows} lines`);
  terminal.dispose();
  return screens;
}

function readLine(terminal: xterm.Terminal, row: number): Line {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined) continue;
    const look = {
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      colour: cell.isFgPalette() ? cell.getFgColor() : undefined,
    };
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last !== undefined && looksLike(last, look)) runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ column, text, ...look });
  }
  return runs.flatMap(trim);
}

function looksLike(run: Run, look: Pick<Run, 'isBold' | 'isDim' | 'colour'>): boolean {
  return run.isBold === look.isBold && run.isDim === look.isDim && run.colour === look.colour;
}

/** Without spaces at its ends, which show nothing. */
function trim(run: Run): Run[] {
  const text = run.text.trim();
  return text === '' ? [] : [{ ...run, text, column: run.column + run.text.indexOf(text) }];
}

/** A line as text. */
export function textOf(line: Line): string {
  return line.reduce((text, run) => text.padEnd(run.column) + run.text, '');
}
