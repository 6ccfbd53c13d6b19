import type { Contents, Layout, LineFormat } from '@cumulus/dynamodb/backup';

/** What a file was read as. */
interface ReadAs extends Contents {
  readonly formats: readonly LineFormat[];
  readonly proved: boolean;
}

const LAYOUTS: Readonly<Record<Layout, string>> = {
  lines: 'lines',
  array: 'a JSON array',
  objects: 'JSON objects of several lines',
  scan: 'the output of a scan',
  requests: 'requests of a batch-write-item',
  ion: 'Amazon Ion',
  csv: 'CSV, all values strings but those of keys',
  dynamodump: 'a dump by dynamodump',
};

const FORMATS: Readonly<Record<LineFormat, string>> = {
  typed: 'DynamoDB JSON',
  plain: 'plain JSON',
  export: 'DynamoDB JSON under Item',
  request: 'DynamoDB JSON under PutRequest',
  pipeline: 'the JSON of AWS Data Pipeline',
  change: 'changes of an incremental export',
};

/** What a file was read as, in a line for a person. Nothing is said of a backup that its manifest proves. */
export function describeContents({ layout, formats, proved }: ReadAs): readonly string[] {
  if (proved && layout === 'lines') return [];
  const items = layout === 'ion' || layout === 'csv' ? [] : formats.map((format) => FORMATS[format]);
  return [`  read as ${LAYOUTS[layout]}${items.length === 0 ? '' : `, items in ${items.join(' and ')}`}`];
}

/** Why a file is not all of its table, for a warning; undefined if it does not say that it is not. */
export function describeIncomplete(file: string, { incomplete }: Contents): string | undefined {
  return incomplete === undefined ? undefined : `${file} does not hold all items of its table: ${incomplete}.`;
}
