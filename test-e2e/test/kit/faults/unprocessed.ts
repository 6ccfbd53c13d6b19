import type { Fault } from './proxy.ts';
import { numberBetween, type Random } from './random.ts';

type Requests = Record<string, unknown[]>;

/** For this share of the batches DynamoDB gets a part of the items, or none; the others come back as unprocessed. */
export function unprocessed(share: number, random: Random): Fault {
  return async ({ action, body }, pass) => {
    if (action !== 'BatchWriteItem' || random() >= share) return pass();
    const { RequestItems, ...rest } = JSON.parse(body.toString('utf8')) as { RequestItems: Requests };
    const [table, requests] = Object.entries(RequestItems)[0] ?? ['', []];
    const taken = numberBetween(random, 0, requests.length - 1);
    const answer =
      taken === 0
        ? { status: 200, type: 'application/x-amz-json-1.0', body: Buffer.from('{}') }
        : await pass(Buffer.from(JSON.stringify({ ...rest, RequestItems: { [table]: requests.slice(0, taken) } })));
    const said = JSON.parse(answer.body.toString('utf8')) as { UnprocessedItems?: Requests };
    const left = [...(said.UnprocessedItems?.[table] ?? []), ...requests.slice(taken)];
    return {
      ...answer,
      body: Buffer.from(JSON.stringify({ ...said, UnprocessedItems: { [table]: left } })),
      fault: true,
    };
  };
}
