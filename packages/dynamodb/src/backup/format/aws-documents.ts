import { isObject } from '../../aws/is-object.ts';

type Json = { readonly [name: string]: unknown };

/** What the AWS CLI and the SDKs write of a scan, a query or a PartiQL statement beside its items. */
const SCAN_MEMBERS = new Set([
  'Items',
  'Count',
  'ScannedCount',
  'LastEvaluatedKey',
  'NextToken',
  'ConsumedCapacity',
  'ResponseMetadata',
  '$metadata',
]);

export function isScanMember(name: string): boolean {
  return SCAN_MEMBERS.has(name);
}

export function isScanOutput(json: Json): boolean {
  const { Items: items } = json;
  return Array.isArray(items) && items.every(isObject) && Object.keys(json).every(isScanMember);
}

/** What a BatchWriteItem takes beside its items, which changes none of them. */
const BATCH_PARAMETERS = ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'];

export function isBatchParameter(name: string): boolean {
  return BATCH_PARAMETERS.includes(name);
}

/** Whether it is the input of a BatchWriteItem: lists of requests by table, also in RequestItems. */
export function isBatchWrite(json: Json): boolean {
  const { RequestItems: requestItems, ...others } = json;
  if (!isObject(requestItems)) return areRequests(json);
  return areRequests(requestItems) && Object.keys(others).every(isBatchParameter);
}

function areRequests(json: Json): boolean {
  const lists = Object.values(json);
  return lists.length > 0 && lists.every((list) => Array.isArray(list) && list.length > 0 && list.every(isRequest));
}

function isRequest(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [name, ...more] = Object.keys(value);
  return more.length === 0 && (name === 'PutRequest' || name === 'DeleteRequest');
}

/** What other answers have beside their items. */
const ANSWER_MEMBERS = ['ConsumedCapacity', 'ItemCollectionMetrics', 'ResponseMetadata', '$metadata'];

/** Documents of AWS that hold items, by what shows them. */
const DOCUMENTS: readonly (readonly [name: string, isOne: (json: Json) => boolean])[] = [
  ['the output of a scan', isScanOutput],
  [
    'the output of a scan without Items',
    (json) =>
      typeof json['Count'] === 'number' &&
      typeof json['ScannedCount'] === 'number' &&
      Object.keys(json).every(isScanMember),
  ],
  ['requests of a BatchWriteItem', isBatchWrite],
  ['the output of batch-get-item', (json) => isObject(json['Responses']) && isObject(json['UnprocessedKeys'])],
  ['the input of a transaction', (json) => Array.isArray(json['TransactItems'])],
  [
    'the output of get-item, with more than the item',
    ({ Item: item, ...others }) => isObject(item) && areSome(others, ANSWER_MEMBERS),
  ],
  [
    'records of a stream',
    ({ Records: records }) =>
      Array.isArray(records) &&
      records.length > 0 &&
      records.every((one) => isObject(one) && isObject(one['dynamodb'])),
  ],
];

function areSome(members: Json, known: readonly string[]): boolean {
  const names = Object.keys(members);
  return names.length > 0 && names.every((name) => known.includes(name));
}

/** Which document of AWS with items in it an object is; undefined if none is known. */
export function documentOfAws(json: Json): string | undefined {
  return DOCUMENTS.find(([, isOne]) => isOne(json))?.[0];
}
