import type { DynamoDBStreamsClient, GetRecordsOutput } from '@aws-sdk/client-dynamodb-streams';
import { createStreamsClient } from '../../src/aws/client.ts';

/**
 * A client of the stream of a table that says when each change was made as AWS does, to the second: DynamoDB Local rounds to the
 * minute. It is of a stream of one shard, as DynamoDB Local has them.
 */
export class TimedStream {
  readonly client: DynamoDBStreamsClient = createStreamsClient();
  /** When each change was made, in their order. */
  readonly #times: Date[] = [];
  readonly #places = new Map<string, number>();

  constructor() {
    this.client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const { Records = [] } = answer.output as GetRecordsOutput;
        for (const { dynamodb } of Records) {
          if (dynamodb?.SequenceNumber === undefined) continue;
          const place = this.#places.get(dynamodb.SequenceNumber) ?? this.#places.size;
          this.#places.set(dynamodb.SequenceNumber, place);
          const time = this.#times[place]?.getTime() ?? Number.NaN;
          dynamodb.ApproximateCreationDateTime = new Date(Math.floor(time / 1000) * 1000);
        }
        return answer;
      },
      // Outside of what makes an answer of the response.
      { step: 'initialize' },
    );
  }

  /** Makes a change, and notes when. */
  async make(change: () => Promise<unknown>): Promise<void> {
    await change();
    this.#times.push(new Date());
  }
}
