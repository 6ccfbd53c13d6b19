import { type Line, type Screen, textOf } from './screens.ts';
import type { TerminalSize } from './terminal-recorder.ts';

const FONT_SIZE = 18;
/** Of a character: 0.6 of the size, as in nearly all fonts of this kind. Others are stretched to it. */
const CHARACTER = 10.8;
const LINE = 25;
const MARGIN = 26;
const BAR = 40;

/** The longest that the picture waits for a change of what is typed, and that it shows one command at work, in seconds. */
const MAX_STILL = 0.7;
const MAX_WORK = 2.4;
/** Changes in shorter time than this cannot be read. */
const MIN_CHANGE = 0.15;

/** A line that the screen shows for a while; without an end, to the last. */
interface Shown {
  readonly row: number;
  readonly line: Line;
  readonly from: number;
  readonly to: number | undefined;
}

export interface Drawing {
  readonly title: string;
  readonly screens: readonly Screen[];
  readonly size: TerminalSize;
  /** Whether it plays, or is the last screen from the beginning. */
  readonly isAnimated: boolean;
}

/**
 * A terminal as an SVG, which ends with the last screen and stays there.
 * It needs nothing from elsewhere, so that it works in an `<img>`.
 */
export function draw({ title, screens, size, isAnimated }: Drawing): string {
  const last = screens.at(-1)?.lines ?? [];
  const used = last.findLastIndex((line) => line.length > 0) + 1;
  const [width, height] = [size.columns * CHARACTER + 2 * MARGIN, BAR + used * LINE + MARGIN];
  const transcript = last.slice(0, used).map(textOf).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-labelledby="title transcript">
<title id="title">${xml(title)}</title>
<desc id="transcript">${xml(transcript)}</desc>
<style>${STYLE}${isAnimated ? ANIMATION : ''}</style>
<rect class="window" x="0.5" y="0.5" width="${round(width - 1)}" height="${round(height - 1)}" rx="9"/>
<circle class="button" cx="${MARGIN}" cy="24" r="6"/><circle class="button" cx="${MARGIN + 20}" cy="24" r="6"/><circle class="button" cx="${MARGIN + 40}" cy="24" r="6"/>
${shownLines(isAnimated ? screens : screens.slice(-1))
  .map(drawShown)
  .join('\n')}
</svg>
`;
}

const STYLE = `
text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.window{fill:#f6f8fa;stroke:#d1d9e0}.button{fill:#d1d9e0}
.bold{font-weight:700}.dim{fill:#59636e}.red{fill:#d1242f}.green{fill:#1a7f37}.yellow{fill:#9a6700}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.window{fill:#151b23;stroke:#3d444d}.button{fill:#3d444d}.dim{fill:#9198a1}.red{fill:#ff7b72}.green{fill:#3fb950}.yellow{fill:#d29922}}
`;

const ANIMATION = `.passing{opacity:0}
@keyframes show{to{opacity:1}}@keyframes hide{to{opacity:0}}
@media(prefers-reduced-motion:no-preference){.kept{opacity:0;animation:show 1ms forwards}.passing{animation:show 1ms forwards,hide 1ms forwards}}
`;

const COLOURS: Readonly<Record<number, string>> = { 1: 'red', 2: 'green', 3: 'yellow' };

/** Each line of each screen once, with the time that it is shown. */
function shownLines(recorded: readonly Screen[]): readonly Shown[] {
  const { screens, times } = timed(recorded);
  const shown: Shown[] = [];
  for (const [row] of (screens[0]?.lines ?? []).entries()) {
    let since = 0;
    for (const [index, { lines }] of screens.entries()) {
      const line = lines[row] ?? [];
      const next = screens[index + 1]?.lines[row];
      if (next !== undefined && isSame(line, next)) continue;
      const to = next === undefined ? undefined : times[index + 1];
      if (line.length > 0) shown.push({ row, line, from: times[since] ?? 0, to });
      since = index + 1;
    }
  }
  return shown;
}

/** The screens to show, and when, in seconds. */
function timed(recorded: readonly Screen[]): {
  readonly screens: readonly Screen[];
  readonly times: readonly number[];
} {
  const [screens, times]: [Screen[], number[]] = [[], []];
  let now = 0;
  for (const [index, screen] of recorded.entries()) {
    const [before, after] = [recorded[index - 1], recorded[index + 1]];
    const seconds = before === undefined ? 0 : (screen.at - before.at) / 1000;
    now += screen.isWork ? seconds * pace(recorded, index) : Math.min(seconds, MAX_STILL);
    const isPassing = screen.isWork && after?.isWork && now - (times.at(-1) ?? 0) < MIN_CHANGE;
    if (isPassing) continue;
    screens.push(screen);
    times.push(now);
  }
  return { screens, times };
}

/** How much of its real time the work is given that a screen belongs to. */
function pace(recorded: readonly Screen[], index: number): number {
  const first = recorded.findLastIndex(({ isWork }, place) => place < index && !isWork);
  const next = recorded.findIndex(({ isWork }, place) => place > index && !isWork);
  const last = next === -1 ? recorded.length - 1 : next - 1;
  const seconds = ((recorded[last]?.at ?? 0) - (recorded[first]?.at ?? 0)) / 1000;
  return Math.min(1, MAX_WORK / seconds);
}

function isSame(one: Line, other: Line): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function drawShown({ row, line, from, to }: Shown): string {
  const delays = [from, ...(to === undefined ? [] : [to])].map((seconds) => `${seconds.toFixed(2)}s`).join();
  const y = BAR + (row + 1) * LINE;
  const texts = line.map(({ column, text, isBold, isDim, colour }) => {
    const looks = [isBold ? 'bold' : '', isDim ? 'dim' : '', COLOURS[colour ?? -1] ?? ''].filter((look) => look !== '');
    const look = looks.length > 0 ? ` class="${looks.join(' ')}"` : '';
    const at = `x="${round(MARGIN + column * CHARACTER)}" y="${y}"`;
    return `<text ${at} textLength="${round(text.length * CHARACTER)}" lengthAdjust="spacingAndGlyphs"${look}>${xml(text)}</text>`;
  });
  return `<g class="${to === undefined ? 'kept' : 'passing'}" style="animation-delay:${delays}">${texts.join('')}</g>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
