import { readFileSync } from 'node:fs';
import { EXIT_STATUS } from '../exit-status.ts';
import { colourHelp, type HelpPage, helpPageOf } from '../help-page.ts';
import { HELP, HELP_OPTIONS, VERSION_OPTION } from '../help-words.ts';
import { reportLostOutput } from '../output/lost-output.ts';
import type { Io } from '../terminal/io.ts';
import { VERSION } from '../version.ts';
import { STORED_COLUMNS, storedFile } from './stored-file.ts';

/**
 * Answers a command line that asks only for help or the version, by what was stored when the package was built: no
 * command is loaded for it.
 * @param folder where the files lie that {@link storedFile} names
 * @returns the exit status; undefined for any other command line, and where the help is not stored, such as for a terminal of
 *   an unusual width
 *
 * @example
 * ```ts
 * import { run } from '@cumulus/cli';
 * import { answerFromStoredHelp } from '@cumulus/cli/stored-help';
 *
 * const argv = process.argv.slice(2);
 * const answered = await answerFromStoredHelp(argv, process, new URL('help/', import.meta.url));
 * process.exitCode = answered ?? (await run(argv));
 * ```
 */
export async function answerFromStoredHelp(argv: readonly string[], io: Io, folder: URL): Promise<number | undefined> {
  const text = storedAnswer(argv, helpPageOf(io.stdout), folder);
  if (text === undefined) return undefined;
  return reportLostOutput(io, async () => {
    io.stdout.write(`${text}\n`);
    return EXIT_STATUS.done;
  });
}

function storedAnswer(argv: readonly string[], { columns, hasColours }: HelpPage, folder: URL): string | undefined {
  if (argv.length === 1 && argv[0] === VERSION_OPTION) return VERSION;
  const words = wordsBeforeHelp(argv);
  if (words === undefined || !words.every(isWord) || !STORED_COLUMNS.includes(columns)) return undefined;
  const stored = readStored(new URL(storedFile(words, columns), folder));
  return stored !== undefined && hasColours ? colourHelp(stored) : stored;
}

/** The words of `backup --help` and `help backup`; undefined where no help is asked for. */
function wordsBeforeHelp(argv: readonly string[]): readonly string[] | undefined {
  if (argv[0] === HELP) return argv.slice(1);
  return HELP_OPTIONS.includes(argv.at(-1) ?? '') ? argv.slice(0, -1) : undefined;
}

/** Whether it can be the name of a command, and so a part of a file's. */
function isWord(word: string): boolean {
  return /^[a-z][a-z-]*$/.test(word);
}

function readStored(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
