import type {
  PlannedRehearsal,
  PlannedTable,
  Rehearsal,
  RehearsalOutcome,
  RehearsedTable,
} from '@cumulus/dynamodb/rehearsal';
import type { Outcome } from '../../command.ts';
import { count, duration, number, size, timeLeft } from '../../output/format.ts';

const OUTCOMES: Readonly<Record<RehearsalOutcome, string>> = {
  proved: 'proved',
  restored: 'restored, but not proved',
  failed: 'failed',
};

/** What became of a table. */
export function describeTable(rehearsed: RehearsedTable): Outcome {
  const { table, source, outcome, items, restoreSeconds, proveSeconds, failure, warning, ...rest } = rehearsed;
  const result = { table, source, outcome, items, restoreSeconds, proveSeconds, ...rest };
  const restored =
    restoreSeconds === null || items === null
      ? ''
      : `: ${count(items, 'item')} restored in ${duration(restoreSeconds)}`;
  const compared = proveSeconds === null ? '' : `, compared in ${duration(proveSeconds)}`;
  return {
    result,
    lines: [
      `${table}: ${OUTCOMES[outcome]}${restored}${compared}`,
      ...(source === '' ? [] : [`  from ${source}`]),
      ...describeProof(rehearsed),
    ],
    failure: failure === null ? undefined : `${table} failed: ${failure}`,
    warning: warning ?? undefined,
  };
}

function describeProof({ proof }: RehearsedTable): readonly string[] {
  if (proof === null) return [];
  const { same, changed, missing, extra, explained } = proof;
  const differences = [
    ...[`${number(changed)} changed`, `${number(missing)} missing`, `${number(extra)} extra`].filter(
      (text) => !text.startsWith('0 '),
    ),
    ...(explained === 0 ? [] : [`${number(explained)} changed since, which explains them`]),
  ];
  return [`  ${[`${number(same)} the same`, ...differences].join(', ')}`];
}

/** What the rehearsal came to. @param file where its report is stored; null if nowhere */
export function describeEnd({ report, leftovers }: Rehearsal, file: string | null): Outcome {
  const { tables, ...summary } = report;
  const { prefix, outcome, seconds, wholeDeployment, removedFromEarlier } = report;
  const proved = tables.filter((table) => table.outcome === 'proved').length;
  const { estimatedSeconds, basis } = wholeDeployment;
  const estimate = estimatedSeconds === null ? 'cannot be said' : `about ${timeLeft(estimatedSeconds)}`;
  return {
    result: { ...summary, file, leftovers },
    isSummary: true,
    lines: [
      `${prefix}: ${OUTCOMES[outcome]}, ${number(proved)} of ${count(tables.length, 'table')} proved, in ${timeLeft(seconds)}`,
      `  to restore the whole deployment: ${estimate}`,
      `    ${basis}`,
      ...(removedFromEarlier.length === 0
        ? []
        : [`  removed from earlier rehearsals: ${removedFromEarlier.join(', ')}`]),
      ...(file === null ? [] : [`  report: ${file}`]),
    ],
    failure:
      leftovers.length === 0
        ? undefined
        : [
            'Not all scratch tables were removed:',
            ...leftovers.map(({ table, because }) => `  ${table}: ${because}`),
            '  The next rehearsal of the prefix removes them.',
          ].join('\n'),
  };
}

/** What a rehearsal would do. */
export function describePlan({ tables, scratchPrefix, removesEarlier, options }: PlannedRehearsal): readonly Outcome[] {
  const { prefix, from } = options;
  const known = tables.flatMap(({ writeUnits }) => writeUnits ?? []);
  const writeUnits = known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0);
  const restoreBytes = from === 'backup' ? null : tables.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return [
    ...tables.map(describePlannedTable),
    {
      result: { prefix, from, scratchPrefix, writeUnits, restoreBytes, removesEarlier },
      isSummary: true,
      lines: [
        `${count(tables.length, 'table')} and a journal would be created under ${scratchPrefix}, and removed`,
        ...(writeUnits === null
          ? []
          : [`  cost: at least ${number(writeUnits)} write units, and reading all items once`]),
        ...(restoreBytes === null
          ? []
          : [`  cost: ${size(restoreBytes)} that DynamoDB restores, and reading all items of both tables once`]),
        ...(removesEarlier.length === 0 ? [] : [`  would be removed first: ${removesEarlier.join(', ')}`]),
      ],
    },
  ];
}

function describePlannedTable({
  table,
  source,
  sourceTime,
  scratchTable,
  items,
  bytes,
  writeUnits,
  problem,
}: PlannedTable): Outcome {
  const about = [items === null ? undefined : count(items, 'item'), bytes === null ? undefined : size(bytes)];
  const of = about.filter((text) => text !== undefined).join(', ');
  return {
    result: { table, source, sourceTime, scratchTable, items, bytes, writeUnits, dryRun: true },
    lines:
      problem === null
        ? [`${table}: would be restored to ${scratchTable}${of === '' ? '' : `, about ${of}`}`, `  from ${source}`]
        : [`${table}: could not be restored`],
    failure: problem === null ? undefined : `${table} would fail: ${problem}`,
  };
}
