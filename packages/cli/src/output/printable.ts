import { inColour, takesColours } from '../terminal/colours.ts';
import type { Io, Output } from '../terminal/io.ts';

/**
 * What a terminal would obey, or a reader would not see as it is: control characters but for line ends and tabs, those that change
 * the direction of writing, invisible ones, and halves of surrogate pairs.
 */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * A text as it may be printed: what is not seen as it is becomes `\uXXXX`. JSON remains the same JSON.
 *
 * @example
 * ```ts
 * import { printable } from '@cumulus/cli';
 *
 * const harmless = printable('\u001b[2J'); // '\\u001b[2J'
 * ```
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character, at: number) => {
    if (character === '\r' && text[at + 1] === '\n') return character;
    return [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join('');
  });
}

/** A stream on which all texts come out {@link printable}; else it is the stream that is given. */
export function printableOutput<O extends Output>(output: O): O {
  return writingAs(output, printable);
}

/** Streams of which those that are written to are {@link printableOutput}s; on a terminal errors and warnings begin in colour. */
export function printableIo({ stdin, stdout, stderr }: Io): Io {
  const ofErrors = takesColours(stderr) ? (text: string) => colourLabel(printable(text)) : printable;
  return { stdin, stdout: printableOutput(stdout), stderr: writingAs(stderr, ofErrors) };
}

function writingAs<O extends Output>(output: O, show: (text: string) => string): O {
  const write: Output['write'] = (chunk: unknown, ...others: readonly unknown[]) =>
    output.write(typeof chunk === 'string' ? show(chunk) : chunk, ...(others as []));
  return new Proxy(output, {
    get: (target, property) => {
      if (property === 'write') return write;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The word with which an error or a warning begins, in its colour. */
function colourLabel(text: string): string {
  return text
    .replace(/^cumulus-api:/, (label) => inColour('error', label))
    .replace(/^WARNING:/, (label) => inColour('warning', label));
}
