/**
 * Items as DynamoDB itself has them. The SDK puts attributes into plain objects, which lose one named `__proto__`; and
 * it would be no judge of a command that uses it too.
 */
export type RawItem = Readonly<Record<string, unknown>>;

/** DynamoDB Local asks for a signature, and does not check it. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** Puts an item given as a text of typed JSON. */
export async function putRaw(table: string, item: string): Promise<void> {
  await ask('PutItem', `{"TableName":${JSON.stringify(table)},"Item":${item}}`);
}

/** All items of a small table, set members sorted. */
export async function itemsRaw(table: string): Promise<RawItem[]> {
  const { Items, LastEvaluatedKey } = (await ask('Scan', JSON.stringify({ TableName: table }))) as {
    Items: RawItem[];
    LastEvaluatedKey?: RawItem;
  };
  if (LastEvaluatedKey !== undefined) throw new Error('These tests read one page.');
  return Items.map((item) => sortSets(item) as RawItem);
}

/**
 * Sends one request, its body given as text, past the SDK and any fault proxy.
 * @throws Error with DynamoDB's words if it refuses
 */
export async function ask(action: string, body: string): Promise<unknown> {
  const response = await fetch(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      'x-amz-date': '20260101T000000Z',
      authorization: process.env['AWS_ACCESS_KEY_ID']
        ? AUTHORIZATION.replace('local', process.env['AWS_ACCESS_KEY_ID'])
        : AUTHORIZATION,
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${text}`);
  return JSON.parse(text);
}

/** The order of a set's members is chance. */
function sortSets(value: unknown, type?: string): unknown {
  if (Array.isArray(value)) {
    return type === 'SS' || type === 'NS' || type === 'BS'
      ? [...value].sort()
      : value.map((member) => sortSets(member));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sortSets(member, name)]));
}
