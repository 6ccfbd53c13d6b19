import { STATUS_CODES } from 'node:http';

/** Messages of errors that any route may end in. */
const MESSAGES: { readonly [status: number]: string } = {
  400: 'The body is not valid JSON.',
  401: 'Authorization header missing',
  403: 'Invalid access token',
  409: 'A record already exists for s3_provider',
  413: 'The body is larger than 1000000 bytes.',
  500: 'An internal server error occurred',
  501: 'This deployment has no bucket for its workflows: the setting system_bucket is missing.',
  502: 'CMR did not remove the granule; it answered 422',
  503: 'The tables cannot answer just now. Send the request again later.',
};

const NO_LIMIT = 'The parameter limit takes a whole number from 1 on, not "0".';

/** What is wrong with requests, by the beginning of the route: the longer ones first. */
const BAD: readonly (readonly [route: string, message: string])[] = [
  [
    'get /token',
    'The parameter state takes an address of the dashboard: its origin has to be in the setting DASHBOARD_ORIGINS.',
  ],
  ['post /refresh', 'This token cannot be refreshed: log in again.'],
  ['get /stats/average', 'The parameter field is required.'],
  ['get /stats', 'The parameter colour names "colour", which is no field of a record of type granule.'],
  ['get /workflows', 'The parameter colour names "colour", which is no field of a record of type workflow.'],
  ['get /logs', NO_LIMIT],
  ['delete /granules', 'You cannot delete a granule that is published to CMR. Remove it from CMR first'],
  ['delete /pdrs', 'No record found'],
];

/** Of what is not found, by the beginning of the route’s path: the longer ones first. */
const NOT_FOUND: readonly (readonly [path: string, message: string])[] = [
  ['/granules/bulk', 'A workflow "PublishGranule" does not exist.'],
  ['/granules/files', 'The file bucket "protected", key "a/b.hdf" does not exist.'],
  ['/granules', 'The granule granuleId "none" does not exist.'],
  ['/collections', 'The collection name "NONE", version "1" does not exist.'],
  ['/providers', 'The provider id "none" does not exist.'],
  ['/rules', 'The rule name "none" does not exist.'],
  ['/executions', 'The execution arn "none" does not exist.'],
  ['/pdrs', 'The pdr pdrName "none" does not exist.'],
  ['/asyncOperations', 'The asyncOperation id "none" does not exist.'],
  ['/workflows', 'A workflow "None" does not exist.'],
  ['/reconciliationReports', 'The report does not exist!'],
  ['/schemas', 'There is no schema of a record "none".'],
];

const LACKING: readonly (readonly [path: string, message: string])[] = [
  ['/token', 'There is no login here: use the token that was printed at the start.'],
  ['/reconciliationReports', 'This deployment has no bucket for reports: the setting system_bucket is missing.'],
];

const CONFLICTS: readonly (readonly [route: string, message: string])[] = [
  ['delete /collections', 'Cannot delete collection with associated rules: discover_mod09gq_hourly'],
  ['delete /providers', 'Cannot delete provider with associated rules: discover_mod09gq_hourly'],
  ['post /rules', 'A record already exists for discover_mod09gq_hourly'],
  ['put /rules', 'The rule is being deleted.'],
  ['patch /rules', 'The rule is being deleted.'],
  ['post /asyncOperations', 'A record already exists for async operation ID: 00000000-0000-4000-8000-000000000013'],
  ['post /reconciliationReports', 'A reconciliation report inventoryReport-20200101T000000000 exists already.'],
  [
    'put /granules',
    'Granule MOD09GQ.A2016358.h13v25.006.2016360019825 is running, and its workflow may need the files where they are.',
  ],
  [
    'patch /granules',
    'Granule MOD09GQ.A2016358.h13v25.006.2016360019825 is running, and its workflow may need the files where they are.',
  ],
];

/** What a route answers in an error. */
export function exampleError(method: string, path: string, statusCode: number): object {
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', message: messageOf(method, path, statusCode) };
}

/** Requests without a body fail by a parameter of their query, or by a key that is too long. */
function badRequest(method: string, path: string): string | undefined {
  const known = startOf(BAD, `${method} ${path}`);
  if (known !== undefined || !['get', 'delete'].includes(method)) return known;
  const [, parameter] = /\{(\w+)\}$/.exec(path) ?? [];
  if (parameter === undefined) return NO_LIMIT;
  const record = startOf(NOT_FOUND, path)
    ?.replace(' does not exist.', '')
    .replaceAll(/"[^"]*"/g, '"…"');
  const bytes = parameter === 'key' ? 1024 : 2048;
  return `${record} is not valid, and was not written:\n  ${parameter}: must not be longer than ${bytes} bytes`;
}

function startOf(table: readonly (readonly [string, string])[], text: string): string | undefined {
  return table.find(([start]) => text.startsWith(start))?.[1];
}

function messageOf(method: string, path: string, status: number): string {
  if (status === 501) return startOf(LACKING, path) ?? MESSAGES[501] ?? '';
  if (status === 404) return startOf(NOT_FOUND, path) ?? 'There is no such route.';
  if (status === 409) return startOf(CONFLICTS, `${method} ${path}`) ?? MESSAGES[409] ?? '';
  if (status === 400) return badRequest(method, path) ?? MESSAGES[400] ?? '';
  return MESSAGES[status] ?? '';
}
