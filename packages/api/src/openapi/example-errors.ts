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

function messageOf(method: string, path: string, status: number): string {
  const startOf = (table: readonly (readonly [string, string])[], text: string): string | undefined =>
    table.find(([start]) => text.startsWith(start))?.[1];
  if (status === 404) return startOf(NOT_FOUND, path) ?? 'There is no such route.';
  if (status === 409) return startOf(CONFLICTS, `${method} ${path}`) ?? MESSAGES[409] ?? '';
  if (status === 400 && method === 'get') return 'The parameter limit takes a whole number from 1 on, not "0".';
  if (status === 400 && method === 'delete') return 'No record found';
  if (status === 400 && path === '/refresh') return 'This token cannot be refreshed: log in again.';
  return MESSAGES[status] ?? '';
}
