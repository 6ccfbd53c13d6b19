/**
 * How items lie in a file.
 *
 * - `lines`: one item a line
 * - `array`: one JSON array of items
 * - `objects`: JSON objects one after the other, each on several lines
 * - `scan`: the output of a scan or query, `{"Items":[…],"Count":…}`
 * - `requests`: the requests of a BatchWriteItem, `{"T":[{"PutRequest":{"Item":…}}]}`
 * - `ion`: lines of Amazon Ion, as DynamoDB exports it
 * - `csv`: comma-separated values under a header of attribute names, as DynamoDB imports them
 * - `dynamodump`: the folder of a table that dynamodump wrote
 */
export type Layout = 'lines' | 'array' | 'objects' | 'scan' | 'requests' | 'ion' | 'csv' | 'dynamodump';

/** What a reading of a file or folder has shown of it as a whole. */
export interface Contents {
  readonly layout: Layout;
  /** Why it does not hold all items of its table, in words, if it says so itself. */
  readonly incomplete?: string | undefined;
}

/** What counts the places in a file of a layout. */
export function unitOf(layout: Layout): 'item' | undefined {
  return layout === 'lines' || layout === 'ion' ? undefined : 'item';
}
