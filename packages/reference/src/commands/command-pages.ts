import {
  block,
  bulletList,
  code,
  filledTable,
  GENERATED,
  plainText,
  sentence,
  table,
  wrapProse,
} from '../markdown/markdown.ts';
import {
  allPages,
  type CommandLine,
  type CommandPage,
  type DescribedOption,
  type GroupPage,
} from './described-commands.ts';
import { EXIT_STATUSES } from './exit-statuses.ts';
import { guidesOf } from './guides.ts';
import { describePrecedence } from './precedence.ts';

/** The title of a page of docs/, by its path from there. */
export type TitleOf = (path: string) => string;

/**
 * The pages about commands, by their paths from docs/reference/commands.
 * @param titleOf throws if there is no such page
 */
export function commandPages(commandLine: CommandLine, titleOf: TitleOf): ReadonlyMap<string, string> {
  const pages = allPages(commandLine).map((page) => {
    const lines = page.kind === 'group' ? groupLines(page, titleOf) : commandLines(page, titleOf);
    return [fileOf(page.name), layOut(lines)] as const;
  });
  return new Map([['index.md', layOut(indexLines(commandLine))], ...pages]);
}

function indexLines(commandLine: CommandLine): readonly string[] {
  const rows = commandLine.pages.map(({ name, summary }) => [linkTo(name), plainText(summary)]);
  return [
    '# Commands',
    wrapProse(
      'This page lists all commands of `cumulus-api` with the options and exit statuses that they share. Each command has a page of its own. `cumulus-api help` and `man cumulus-api` say the same.',
    ),
    table(['Command', 'What it does'], rows),
    '## Options of every command',
    optionTable(commandLine.globalOptions),
    wrapProse(
      'Options that are always the same can be in a [config file](../../how-to/command-line.md), except those that are only typed.',
    ),
    '## Exit status',
    table(
      ['Status', 'Meaning'],
      EXIT_STATUSES.map(([status, meaning]) => [code(status), plainText(meaning)]),
    ),
  ];
}

function groupLines({ name, summary, commands }: GroupPage, titleOf: TitleOf): readonly string[] {
  return [
    `# ${name}`,
    wrapProse(sentence(plainText(summary))),
    block('text', [`cumulus-api ${name} COMMAND [OPTION]...`]),
    table(
      ['Command', 'What it does'],
      commands.map((command) => [linkTo(command.name), plainText(command.summary)]),
    ),
    ...seeAlso(name, titleOf),
  ];
}

function commandLines({ name, summary, notes, ...page }: CommandPage, titleOf: TitleOf): readonly string[] {
  const { synopsis, positionals, options, examples, fields } = page;
  return [
    `# ${name}`,
    wrapProse(sentence(plainText(summary))),
    block('text', [synopsis]),
    ...(notes === undefined ? [] : [wrapProse(sentence(plainText(notes)))]),
    ...(positionals.length === 0 ? [] : ['## Arguments', optionTable(positionals, 'Argument')]),
    ...(options.length === 0 ? [] : ['## Options', optionTable(options)]),
    wrapProse(
      'The [options of every command](index.md#options-of-every-command) and the [exit status](index.md#exit-status) are those of all commands.',
    ),
    '## Examples',
    block('bash', examples),
    ...(fields.length === 0
      ? []
      : [
          '## Fields of its results',
          wrapProse(
            'With `--json` and `--json-lines`, each result has these fields. [Results as JSON](../json.md) has those that all commands share.',
          ),
          wrapProse(`${fields.map(code).join(', ')}.`),
        ]),
    ...seeAlso(name, titleOf),
  ];
}

function seeAlso(name: string, titleOf: TitleOf): readonly string[] {
  const guides = guidesOf(name).map((path) => `[${titleOf(path)}](../../${path})`);
  const [group = name] = name.split(' ');
  const links = [...guides, ...(group === name ? [] : [`All commands of [${group}](${fileOf(group)})`])];
  return ['## See also', bulletList([...links, '[All commands](index.md)'])];
}

function optionTable(options: readonly DescribedOption[], head = 'Option'): string {
  const rows = options.map((option) => [
    code(option.label),
    placeOf(option),
    option.isRequired ? 'required' : plainText(option.byDefault ?? ''),
    meaningOf(option),
  ]);
  return filledTable([head, 'Value', 'Default', 'Meaning'], rows);
}

function placeOf({ value, choices, takesSeveral }: DescribedOption): string {
  const words = choices.length > 0 ? choices : [value].filter((name) => name !== undefined);
  return [...words.map(code), ...(takesSeveral ? ['several'] : [])].join(', ');
}

function meaningOf({ meaning, notWith, environment, isTypedOnly }: DescribedOption): string {
  return [
    sentence(plainText(meaning)),
    ...(notWith.length === 0 ? [] : [`Not with ${notWith.map(code).join(', ')}.`]),
    ...(environment.length === 0 ? [] : [describePrecedence(environment.map(code))]),
    ...(isTypedOnly ? ['Only typed, never in a config file.'] : []),
  ].join(' ');
}

function linkTo(name: string): string {
  return `[${code(name)}](${fileOf(name)})`;
}

/** `pitr-restore.md` of `pitr restore` */
function fileOf(name: string): string {
  return `${name.replaceAll(' ', '-')}.md`;
}

function layOut(parts: readonly string[]): string {
  return `${[GENERATED, ...parts].join('\n\n')}\n`;
}
