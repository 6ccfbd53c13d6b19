import { styleText } from 'node:util';
import type { Output } from './io.ts';

/** What a part of a text is, which a terminal shows in a colour. */
export type Style = keyof typeof STYLES;

const STYLES = {
  error: ['red', 'bold'],
  warning: ['yellow', 'bold'],
  heading: 'bold',
  comment: 'dim',
} as const satisfies Record<string, Parameters<typeof styleText>[0]>;

/**
 * Whether a stream is to have colours: a terminal, unless its user wants none. As Node itself decides: FORCE_COLOR takes precedence over NO_COLOR.
 * https://force-color.org, https://no-color.org
 */
export function takesColours({ isTTY }: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = environment;
  if (forced) return forced !== '0' && forced !== 'false';
  return isTTY === true && !none && terminal !== 'dumb';
}

/** A text in the colour of a style. */
export function inColour(style: Style, text: string): string {
  // Here it is known already which stream the text is for.
  return styleText(STYLES[style] as Parameters<typeof styleText>[0], text, { validateStream: false });
}
