/** What came of a client's calls: a cell for each row, or undefined where the client has no such function. */
export interface Column {
  readonly release: string;
  readonly cells: readonly { readonly row: string; readonly cell: string | undefined }[];
}

const EVENTS = 'the events of workflows record granules and executions, not clients';
const WORKFLOWS_BY_GRANULES = 'no index finds executions by granule; a granule names its last one as `execution`';
const REPLAYS = '`cumulus-api events replay` records kept events again';
const EMS = 'reports to EMS are not in the scope of this project';
const ORCA = 'ORCA is another system, which has an API of its own';

/** Why a function is not answered as it expects. */
const REASONS: Readonly<Record<string, string>> = {
  'granules.createGranule': EVENTS,
  'granules.replaceGranule': EVENTS,
  'granules.updateGranule': `${EVENTS}; only the actions of a granule are taken`,
  'granules.associateExecutionWithGranule': EVENTS,
  'granules.bulkPatch': EVENTS,
  'granules.bulkPatchGranuleCollection': 'a granule stays with its collection',
  'granules.bulkChangeCollection': 'a granule stays with its collection',
  'executions.createExecution': EVENTS,
  'executions.updateExecution': EVENTS,
  'executions.bulkDeleteByCollection':
    '`cumulus-api executions clean` removes what old executions hold; their records stay',
  'executions.searchExecutionsByGranules': WORKFLOWS_BY_GRANULES,
  'executions.workflowsByGranules': WORKFLOWS_BY_GRANULES,
  'ems.createEmsReports': EMS,
  'ems.getLambdaEmsSettings': `asks Lambda, not the API, for a function that a deployment does not have; ${EMS}`,
  'orca.listRequests': ORCA,
  'orca.submitRequestToOrca': ORCA,
  'deadLetterArchive.postRecoverCumulusMessages': REPLAYS,
  'migrationCounts.postMigrationCounts': 'there is no second database to compare with',
  'replays.postKinesisReplays':
    'the API does not read a stream or queue again: functions start workflows when records and messages arrive',
  'replays.replaySqsMessages':
    'the API does not read a stream or queue again: functions start workflows when records and messages arrive',
};

/** A Markdown table of what came of all calls. Throws where a reason is missing, or is given for what works. */
export function tableOf(columns: readonly Column[]): string {
  const all = columns.flatMap(({ cells }) => cells.map(({ row }) => row));
  const rows = [...new Set(all)].sort().map((row) => {
    const cells = columns.map(({ cells: of }) => of.find((each) => each.row === row)?.cell);
    const differs = cells.some((cell) => cell !== undefined && cell !== 'works');
    const reason = REASONS[row.replaceAll('`', '')];
    if (differs && reason === undefined) throw new Error(`${row} answers ${cells.join(' | ')}: for what reason?`);
    if (!differs && reason !== undefined) throw new Error(`${row} works: its reason is out of date`);
    return [row, ...cells.map((cell) => cell ?? '–'), reason ?? ''];
  });
  const header = ['function', ...columns.map(({ release }) => release), 'why'];
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`.replace('|  |', '| |')).join('\n');
}

const START = '<!-- Made by test-e2e/test/api/existing-clients.test.ts; `npm run client-table` makes it again. -->';
const END = '<!-- End of the table. -->';

/** The page with this table between its two marks. Throws if it has none. */
export function tableInPage(page: string, table: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error('docs/reference/compatibility.md has no place for the table');
  return `${before}${START}\n\n${table}\n\n${END}${after}`;
}
