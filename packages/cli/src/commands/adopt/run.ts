import { checkTableFit, type FitFinding } from '@cumulus/dynamodb/recovery';
import { RECORD_COUNTS_TABLE, TABLE_DEFINITIONS, type TableDefinition } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../command.ts';
import { alternatives, suggest } from '../../near-words.ts';
import { describeNamedSettings, describeUnknownSettings } from '../../output/describe-settings.ts';
import { UsageError } from '../../usage-error.ts';
import { isCounted } from '../counts/note-recount.ts';
import type { AdoptOptions } from './options.ts';
import { addressOfTable, adoptionCommands } from './terraform-commands.ts';

export async function runAdopt(options: AdoptOptions, context: Context): Promise<readonly Task[]> {
  const definition = definitionOf(options.for);
  return [{ table: options.table, run: async () => [await checkAndTell(definition, options, context)] }];
}

type Definition = typeof RECORD_COUNTS_TABLE | TableDefinition;

async function checkAndTell(
  definition: Definition,
  options: AdoptOptions,
  { client, abortSignal }: Context,
): Promise<Outcome> {
  const { table, for: name, module = 'module.data_persistence', address = addressOfTable(module, name) } = options;
  const { replaces, changes, otherSettings, settingsNotKnown } = await checkTableFit(
    client,
    table,
    definition,
    abortSignal,
  );
  const commandFor = (finding: FitFinding) => cumulusCommand(finding, table);
  const canGive = changes.flatMap((finding) => {
    const command = commandFor(finding);
    return command === undefined ? [] : [{ ...finding, command }];
  });
  const changesInPlace = changes.filter((finding) => commandFor(finding) === undefined);
  const fits = replaces.length === 0;
  const commands = fits ? adoptionCommands(address, table) : [];
  const lines = [
    `${table}: ${fits ? 'can' : 'cannot'} take the place of ${name}`,
    ...replaces.map((finding) => `  Terraform would replace it: ${inWords(finding)}`),
    ...canGive.map(({ command, ...finding }) => `  you can change first: ${inWords(finding)}: ${command}`),
    ...changesInPlace.map((finding) => `  Terraform will change in place: ${inWords(finding)}`),
    ...(otherSettings.length === 0
      ? []
      : [
          `  settings that the module does not have: ${describeNamedSettings(otherSettings)}: the plan shows what becomes of them`,
        ]),
    ...describeUnknownSettings(settingsNotKnown, 'settings not known'),
    ...(fits ? adoptionLines(definition, table, commands) : []),
  ];
  return {
    result: {
      table,
      for: name,
      address,
      fits,
      replaces,
      changesInPlace,
      canGive,
      otherSettings,
      settingsNotKnown,
      commands,
    },
    lines,
    failure: fits
      ? undefined
      : `${table} cannot be adopted for ${name}: ${replaces.map(inWords).join('; ')}.\n  ` +
        'Nothing was changed. Terraform could only replace it: check --table and --for.',
  };
}

function adoptionLines({ name, stream }: Definition, table: string, commands: readonly string[]): readonly string[] {
  return [
    '  run in the folder of the root module:',
    ...commands.map((command) => `    ${command}`),
    '  if the plan destroys and replaces nothing: terraform apply plan',
    '  to undo this, before or after the apply: run the first two commands with the name of the present table',
    '  after the apply:',
    '    the outputs and policies of the module have the new name, and so does what reads the outputs',
    // Under the name of the old one there is no old one.
    ...(table.endsWith(name)
      ? []
      : [
          `    if the old ${name} is still there, Terraform neither destroys nor manages it: delete it by hand in the end`,
        ]),
    ...(isCounted(name)
      ? [
          '    count the records again: cumulus-api counts recount --prefix … --tables FILE, with the output dynamo_tables',
        ]
      : []),
    ...(stream ? ['    the table has another stream, which begins empty: see the output dynamo_stream_arns'] : []),
  ];
}

function definitionOf(name: string): Definition {
  const definitions = [...TABLE_DEFINITIONS, RECORD_COUNTS_TABLE];
  const definition = definitions.find((each) => each.name === name);
  if (definition !== undefined) return definition;
  const known = definitions.map((each) => each.name);
  throw new UsageError(suggest(`--for takes ${alternatives(known)}, not "${name}"`, name, known));
}

/** The command that mends a difference before Terraform would, where there is one. */
function cumulusCommand({ part, enable }: FitFinding, table: string): string | undefined {
  return part === 'point-in-time recovery' && enable === true ? `cumulus-api pitr enable --table ${table}` : undefined;
}

function inWords({ part, difference }: FitFinding): string {
  return `${part}: ${difference}`;
}
