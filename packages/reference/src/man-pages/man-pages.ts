import {
  allPages,
  type CommandLine,
  type CommandPage,
  type DescribedOption,
  type GroupPage,
} from '../commands/described-commands.ts';
import { EXIT_STATUSES } from '../commands/exit-statuses.ts';
import { describePrecedence } from '../commands/precedence.ts';
import { sentence } from '../markdown/markdown.ts';
import { bold, escapeRoff, italic, section, tagged, titleLine, verbatim } from './roff.ts';

/** The name of the program, and of its first page. */
const PROGRAM = 'cumulus-api';

/** Words to choose from stand beside their option up to so many characters. */
const MAX_CHOICES = 40;

/**
 * The man pages of a command line, by their file names: `cumulus-api.1`, and one for each command and group, such as
 * `cumulus-api-pitr-restore.1`.
 * @param version of the program, at the foot of each page
 */
export function manPages(commandLine: CommandLine, version: string): ReadonlyMap<string, string> {
  const layOut = (name: string, summary: string, lines: readonly string[]): readonly [string, string] => {
    const head = [
      titleLine(name, `${PROGRAM} ${version}`),
      ...section('NAME', `${escapeRoff(name)} \\- ${escapeRoff(summary)}`),
    ];
    return [`${name}.1`, `${[...head, ...lines].join('\n')}\n`];
  };
  const pages = allPages(commandLine).map((page) => {
    const lines = page.kind === 'group' ? groupLines(page) : commandLines(page, commandLine);
    return layOut(pageName(page.name), page.summary, lines);
  });
  return new Map([layOut(PROGRAM, 'the metadata of Cumulus in DynamoDB', programLines(commandLine)), ...pages]);
}

function programLines(commandLine: CommandLine): readonly string[] {
  return [
    ...section('SYNOPSIS', `${bold(PROGRAM)} ${italic('COMMAND')} [${italic('OPTION')}]...`),
    ...section(
      'DESCRIPTION',
      'Backs up, restores, verifies and recovers the DynamoDB tables that hold the metadata of Cumulus, and serves its HTTP API.',
      'Each command has a page of its own.',
    ),
    ...section('COMMANDS', ...commandLine.pages.map(summaryOf)),
    ...section('OPTIONS', 'Every command has these options.', ...commandLine.globalOptions.map(optionLines)),
    ...exitStatus(),
    ...section(
      'ENVIRONMENT',
      'Credentials, region and endpoint come from the usual places of AWS unless given.',
      ...commandLine.globalOptions.flatMap(({ label, environment }) =>
        environment.length === 0
          ? []
          : [tagged(environment.map(bold).join(', '), `Used unless ${bold(label)} is given.`)],
      ),
    ),
    ...section(
      'FILES',
      tagged(
        bold('cumulus-api.config.json'),
        'Options that are always the same. The nearest one is read, from the current folder upwards.',
      ),
    ),
  ];
}

function groupLines({ name, commands }: GroupPage): readonly string[] {
  return [
    ...section('SYNOPSIS', `${bold(`${PROGRAM} ${name}`)} ${italic('COMMAND')} [${italic('OPTION')}]...`),
    ...section('COMMANDS', ...commands.map(summaryOf)),
    ...seeAlso([PROGRAM, ...commands.map((command) => pageName(command.name))]),
  ];
}

function commandLines(page: CommandPage, { pages }: CommandLine): readonly string[] {
  const { name, synopsis, summary, notes, positionals, options, examples } = page;
  const command = `${PROGRAM} ${name}`;
  const group = pages.find((each) => each.kind === 'group' && each.commands.includes(page));
  return [
    ...section('SYNOPSIS', `${bold(command)}${synopsisRest(synopsis.slice(command.length))}`),
    ...section(
      'DESCRIPTION',
      escapeRoff(sentence(summary)),
      ...(notes === undefined ? [] : ['.PP', escapeRoff(sentence(notes))]),
    ),
    ...(positionals.length === 0 ? [] : section('ARGUMENTS', ...positionals.map(optionLines))),
    ...section(
      'OPTIONS',
      ...options.map(optionLines),
      '.PP',
      `The options of every command, such as ${bold('--json')} and ${bold('--region')}, are in ${reference(PROGRAM)}.`,
    ),
    ...section('EXAMPLES', ...verbatim(examples)),
    ...exitStatus(),
    ...seeAlso([PROGRAM, ...(group === undefined ? [] : [pageName(group.name)])]),
  ];
}

function summaryOf({ name, summary }: CommandPage | GroupPage): string {
  return tagged(reference(pageName(name)), escapeRoff(sentence(summary)));
}

function optionLines(option: DescribedOption): string {
  const { label, value, choices, takesSeveral, isRequired, byDefault, meaning, notWith, environment, isTypedOnly } =
    option;
  const isShort = choices.join('|').length <= MAX_CHOICES;
  const place = isShort ? choices.map(escapeRoff).join('|') : italic('WORD');
  const values = choices.length > 0 && label.startsWith('-') ? place : value === undefined ? '' : italic(value);
  const text = [
    escapeRoff(sentence(meaning)),
    ...(isShort ? [] : [`One of ${choices.map(escapeRoff).join(', ')}.`]),
    ...(isRequired ? ['Required.'] : []),
    ...(byDefault === undefined ? [] : [`Default: ${escapeRoff(byDefault)}.`]),
    ...(notWith.length === 0 ? [] : [`Not with ${notWith.map(bold).join(', ')}.`]),
    ...(environment.length === 0 ? [] : [describePrecedence(environment.map(bold))]),
    ...(isTypedOnly ? ['Only typed, never in a config file.'] : []),
  ];
  return tagged(`${bold(label)}${values && ` ${values}`}${takesSeveral ? '...' : ''}`, text.join('\n'));
}

/** Of what follows the command in its synopsis, names in capitals are values. */
function synopsisRest(rest: string): string {
  return rest
    .split(/([A-Z][A-Z/:_]+|--[\w-]+)/)
    .map((part, index) => {
      if (index % 2 === 0) return escapeRoff(part);
      return part.startsWith('--') ? bold(part) : italic(part);
    })
    .join('');
}

function exitStatus(): readonly string[] {
  return section('EXIT STATUS', ...EXIT_STATUSES.map(([status, meaning]) => tagged(bold(status), escapeRoff(meaning))));
}

function seeAlso(names: readonly string[]): readonly string[] {
  return section('SEE ALSO', names.map(reference).join(', '));
}

/** `cumulus-api-backup(1)` */
function reference(name: string): string {
  return `${bold(name)}(1)`;
}

/** `cumulus-api-pitr-restore` */
function pageName(command: string): string {
  return `${PROGRAM}-${command.replaceAll(' ', '-')}`;
}
