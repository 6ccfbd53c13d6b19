import { finishImport, type PlannedImport, planImport, startImport } from '@cumulus/dynamodb/recovery';
import { describeKey, TABLE_NAMES, type TableName } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../command.ts';
import { alternatives, suggest } from '../../near-words.ts';
import { NOT_CARRIED_OVER, settingsLines } from '../../output/describe-recovered-table.ts';
import { count, size, zonedTime } from '../../output/format.ts';
import { UsageError } from '../../usage-error.ts';
import { noteRecount } from '../counts/note-recount.ts';
import type { ImportOptions } from './options.ts';

export async function runImport(options: ImportOptions, context: Context): Promise<readonly Task[]> {
  const { folder, table } = options;
  const { client, s3, abortSignal } = context;
  const as = cumulusTable(options);
  const bucketOwner = options['bucket-owner'];
  const planned = await planImport({ client, s3, folder, bucketOwner, table, as, abortSignal });
  return [
    {
      table,
      run: async () => [
        options['dry-run'] === true ? describePlan(planned) : await importTable(planned, options, context),
      ],
    },
  ];
}

function cumulusTable({ for: name }: ImportOptions): TableName | undefined {
  const known = TABLE_NAMES.find((each) => each === name);
  if (name === undefined || known !== undefined) return known;
  throw new UsageError(suggest(`--for takes ${alternatives(TABLE_NAMES)}, not "${name}"`, name, TABLE_NAMES));
}

async function importTable(planned: PlannedImport, options: ImportOptions, context: Context): Promise<Outcome> {
  const { client, abortSignal, onProgress } = context;
  const { table, exported, settings, started } = planned;
  const importing = await startImport(client, planned, abortSignal);
  if (options['no-wait'] === true) return describeStarted(planned, importing.started, options);
  const advice = ['Run the same command again: it goes on with this import, and gives the table its settings.'];
  const imported = await finishImport(client, importing, { advice, abortSignal, onProgress });
  const recount = await noteRecount(client, table, 'was imported');
  const { items, processedBytes } = imported;
  const bytes = processedBytes === undefined ? '' : `, ${size(processedBytes)} read`;
  return {
    result: {
      ...resultOf(planned),
      state: 'imported',
      ...imported,
      recountDue: recount === undefined ? undefined : true,
      notCarriedOver: NOT_CARRIED_OVER,
    },
    notTaken: imported.notTaken,
    lines: [
      `${table}: ${count(items, 'item')}${bytes}${started === undefined ? '' : ', begun by an earlier run'}`,
      `  from ${exported.folder}, all that its manifest lists`,
      ...originLines(planned),
      ...settingsLines(settings, imported),
      ...(recount === undefined ? [] : [`  ${recount}`]),
      '  not carried over:',
      ...NOT_CARRIED_OVER.map((each) => `    ${each}`),
    ],
  };
}

function describeStarted(planned: PlannedImport, importArn: string, { for: as }: ImportOptions): Outcome {
  const { table, exported } = planned;
  const finishBy = `cumulus-api import ${exported.folder} --table ${table}${as === undefined ? '' : ` --for ${as}`}`;
  return {
    result: { ...resultOf(planned), state: 'importing', importArn, finishBy },
    lines: [
      `${table}: is being imported from ${exported.folder}`,
      ...originLines(planned),
      `  to wait for it, and give it what an import does not: ${finishBy}`,
    ],
  };
}

function describePlan(planned: PlannedImport): Outcome {
  const { table, exported, started } = planned;
  const does = started === undefined ? 'would be made of' : 'would go on with the import of';
  return {
    result: { ...resultOf(planned), dryRun: true, state: 'planned', items: exported.itemCount },
    lines: [`${table}: ${does} ${count(exported.itemCount, 'item')} from ${exported.folder}`, ...originLines(planned)],
  };
}

function resultOf({ table, source, exported, schema, schemaFrom, started }: PlannedImport): object {
  const { key, globalIndexes, localIndexes } = schema;
  return {
    table,
    source,
    folder: exported.folder,
    at: exported.exportTime.toISOString(),
    dryRun: false,
    continued: started !== undefined,
    key,
    keyFrom: schemaFrom,
    indexes: globalIndexes.map(({ name }) => name),
    localIndexesLost: localIndexes.length === 0 ? undefined : localIndexes.map(({ name }) => name),
  };
}

function originLines({ source, exported, schema, schemaFrom }: PlannedImport): readonly string[] {
  const { key, globalIndexes, localIndexes } = schema;
  const indexes = globalIndexes.map(({ name }) => name).join(', ') || 'none';
  const from = schemaFrom === 'table' ? source : `the definition of ${schemaFrom}`;
  return [
    `  ${source} as of ${zonedTime(exported.exportTime)}`,
    `  key ${describeKey(key)}, global indexes ${indexes}, of ${from}`,
    ...(localIndexes.length === 0
      ? []
      : [
          `  without its local indexes ${localIndexes.map(({ name }) => name).join(', ')}, which an import cannot make`,
        ]),
  ];
}
