import type { Commands } from '../command.ts';
import { findConfigFile } from '../config/config-file.ts';
import { configuredOptions } from '../config/configured-options.ts';
import { GLOBAL_OPTIONS } from '../options/global-options.ts';
import type { Output } from '../terminal/io.ts';
import { type Candidate, type Completions, completeWords } from './complete-words.ts';
import { joinWords, typedBefore } from './shell-words.ts';

/**
 * Answers the script of a shell: what the words that it gives may go on with.
 * @param asked the shell, `--` and the words, of which the last is being typed
 */
export async function answerShell(asked: readonly string[], commands: Commands, stdout: Output): Promise<void> {
  const [shell = '', , ...given] = asked;
  const words = shell === 'bash' ? joinWords(given) : given;
  const completions = completeWords(words, commands);
  const last = words.at(-1) ?? '';
  const option = last.slice(0, last.length - completions.typed.length);
  const already = typedBefore(shell, last);
  const candidates = [...completions.candidates, ...(await namedCandidates(completions, words))];
  const lines = candidates
    .map(({ value, describe }) => ({ whole: `${option}${value}`, describe }))
    .filter(({ whole }) => whole.startsWith(last))
    .map(({ whole, describe }) => `${whole.slice(already.length)}\t${describe}`);
  const { names } = completions;
  if (names === 'file' || names === 'folder') lines.push(`:${names}`);
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

async function namedCandidates(
  { names, command }: Completions,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  if (names === undefined || names === 'file' || names === 'folder') return [];
  const { namedValues } = await import('./named-values.ts');
  const typed = typedGlobals(words);
  const { region, profile, 'endpoint-url': endpoint } = { ...configured(typed, command), ...typed };
  const values = await namedValues(names, { region, profile, endpoint });
  return values.map((value) => ({ value, describe: '' }));
}

type Globals = Partial<Record<string, string>>;

/** The options of every command that have a value, as far as they are typed. */
function typedGlobals(words: readonly string[]): Globals {
  const found: Globals = {};
  for (const [at, word] of words.entries()) {
    const [, name = '', value = words[at + 1]] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (Object.hasOwn(GLOBAL_OPTIONS, name)) found[name] = value;
  }
  return found;
}

/** What a config file says; where it is wrong, the command says so, not its completion. */
function configured(typed: Globals, command: Completions['command']): Globals {
  if (command === undefined) return {};
  try {
    const file = findConfigFile(process.cwd(), typed);
    return file === undefined ? {} : (configuredOptions(file, command, typed, process.env).values as Globals);
  } catch {
    return {};
  }
}
