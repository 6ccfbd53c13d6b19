import { type Answer, type Fault, FaultProxy } from '../test/kit/faults/proxy.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';

/** What changes a table's description at once; that of its items and size may be old. */
const CHANGES = new Set(['CreateTable', 'DeleteTable', 'UpdateTable']);

/**
 * Stands before DynamoDB Local, and answers DescribeTable with what it was last. DynamoDB counts a table's items and bytes
 * about every six hours, DynamoDB Local counts them for each DescribeTable: with millions of items that takes minutes.
 */
export class DescribedTables {
  readonly #descriptions = new Map<string, Promise<Answer>>();
  #proxy: FaultProxy | undefined;

  static async start(endpoint: string): Promise<DescribedTables> {
    const described = new DescribedTables();
    described.#proxy = await FaultProxy.start([described.#answer], endpoint);
    return described;
  }

  get url(): string {
    return this.#proxy?.endpoint ?? '';
  }

  /** Has a table counted, however long that takes. */
  async count(table: string): Promise<void> {
    this.#descriptions.delete(table);
    const raw = new RawDynamoDB(1);
    await raw.call('DescribeTable', JSON.stringify({ TableName: table }));
    raw.close();
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
  }

  readonly #answer: Fault = async ({ action, body }, pass) => {
    if (action !== 'DescribeTable' && !CHANGES.has(action)) return pass();
    const { TableName: table } = JSON.parse(body.toString()) as { readonly TableName: string };
    if (action !== 'DescribeTable') {
      this.#descriptions.delete(table);
      return pass();
    }
    const asked = this.#descriptions.get(table) ?? pass();
    this.#descriptions.set(table, asked);
    const answer = await asked;
    if (!isActive(answer)) this.#descriptions.delete(table);
    return answer;
  };
}

/** False for a refusal, too. */
function isActive({ body }: Answer): boolean {
  const { Table } = JSON.parse(body.toString()) as { readonly Table?: { readonly TableStatus: string } };
  return Table?.TableStatus === 'ACTIVE';
}
