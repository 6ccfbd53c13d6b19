import { HTTPException } from 'hono/http-exception';
import { timeFrom } from '../lists/time-parameter.ts';
import type { GranuleFilter } from '../reconciliation/granule-filter.ts';

/** A report that is asked for. */
export interface ReportRequest {
  /** Undefined to be named by its time. */
  readonly name: string | undefined;
  readonly location: 'S3' | 'CMR' | undefined;
  readonly filter: GranuleFilter;
}

/** What names of files, and paths of the API, can have without escapes. */
const NAME = /^[\w.-]{1,150}$/;

/** Types of reports that are not made here, and why. */
const NOT_OFFERED: { readonly [type: string]: string } = {
  internal: 'there is no second store beside the tables that could differ from them',
  'granule not found': 'an Inventory report names what is missing, and where',
  'granule inventory': '/granule-csv lists granules',
  'orca backup': 'ORCA is not asked',
};

/** Fields that may only name the deployment's own. */
const OWN = ['systemBucket', 'stackName'] as const;

const FIELDS = new Set<string>([
  ...['reportType', 'reportName', 'location', 'collectionId', 'granuleId', 'provider'],
  ...['startTimestamp', 'endTimestamp', ...OWN],
]);

/**
 * Reads the body of a request for a report. What would change the report and is not known is refused, so that no report leaves something
 * out silently.
 * @param own the deployment's system bucket and stack
 * @throws HTTPException 400; 501 for a type of report that is not made here
 */
export function reportRequestOf(
  body: { readonly [field: string]: unknown },
  own: { readonly [field in (typeof OWN)[number]]: string | undefined },
): ReportRequest {
  for (const field of Object.keys(body))
    if (!FIELDS.has(field)) throw refused(400, `"${field}" is no field of a request for a reconciliation report`);
  const { reportType, reportName: name, location, collectionId, granuleId, provider } = body;
  checkType(reportType ?? 'Inventory');
  for (const field of OWN) {
    if (body[field] !== undefined && body[field] !== own[field])
      throw refused(400, `${field} is ${own[field] ?? 'not set'} here, not "${String(body[field])}"`);
  }
  const chosen = [collectionId, granuleId, provider].filter((value) => value !== undefined && value !== null);
  if (chosen.length > 1)
    throw refused(400, 'Inventory reports take one of granuleId, collectionId and provider, not several');
  if (name !== undefined && name !== null && !(typeof name === 'string' && NAME.test(name)))
    throw refused(400, 'reportName takes up to 150 letters, digits, dots, hyphens and underscores');
  if (![undefined, null, 'S3', 'CMR'].includes(location as null))
    throw refused(400, `location takes S3 or CMR, not "${String(location)}"`);
  return {
    name: typeof name === 'string' ? name.replace(/\.json$/, '') : undefined,
    location: (location ?? undefined) as ReportRequest['location'],
    filter: {
      collectionIds: textsOf('collectionId', collectionId),
      granuleIds: textsOf('granuleId', granuleId),
      providers: textsOf('provider', provider),
      from: timeOf('startTimestamp', body['startTimestamp'], false),
      to: timeOf('endTimestamp', body['endTimestamp'], true),
    },
  };
}

function checkType(type: unknown): void {
  if (typeof type !== 'string') throw refused(400, 'reportType takes a text');
  if (type.toLowerCase() === 'inventory') return;
  // A client of later releases may leave the spaces out.
  const found = Object.entries(NOT_OFFERED).find(
    ([name]) => name.replaceAll(' ', '') === type.toLowerCase().replaceAll(' ', ''),
  );
  if (found === undefined) throw refused(400, `reportType takes Inventory, not "${type}"`);
  throw refused(501, `Reports of the type ${type} are not made here: ${found[1]}`);
}

/** The most ids of which a request may name. */
const MAX_IDS = 1_000;

function textsOf(field: string, value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isFit =
    values.length > 0 && values.length <= MAX_IDS && values.every((one) => typeof one === 'string' && one !== '');
  if (isFit) return values as readonly string[];
  throw refused(400, `${field} takes a text, or a list of up to ${MAX_IDS} texts`);
}

function timeOf(field: string, value: unknown, isLast: boolean): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return timeFrom(field, String(value), isLast);
}

function refused(status: 400 | 501, problem: string): HTTPException {
  return new HTTPException(status, { message: `${problem}.` });
}
