import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';

/** What stands for the death of the process. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** When a request is interrupted: before it is sent, or after it was carried out and before its answer is known. */
export type Moment = 'before' | 'after';

/** Where work was interrupted between two requests that change nothing makes no difference. */
const CHANGES = /^(Put|Update|Delete|TransactWrite|BatchWrite|Copy|Create|Upload|Complete|Abort)/;

/**
 * Interrupts work at the nth of its requests that change something in DynamoDB, S3 or another service that is watched. All requests from then on fail too, as those
 * of a process that was killed are never sent.
 */
export class Interruption {
  #at = Number.POSITIVE_INFINITY;
  #moment: Moment = 'before';
  #requests = 0;

  /** Watches a client of the SDK. */
  watch(client: DynamoDBClient | S3Client): void {
    // What is added is the same for every client.
    const stack = client.middlewareStack as DynamoDBClient['middlewareStack'];
    stack.add(
      (next, context) => (args) =>
        CHANGES.test(String(context.commandName)) ? this.around(() => next(args)) : next(args),
      { step: 'initialize', name: 'interruption', override: true },
    );
  }

  /** Sends a request, unless the work is interrupted. */
  async around<T>(send: () => Promise<T>): Promise<T> {
    this.#requests += 1;
    const [at, request] = [this.#at, this.#requests];
    if (request > at || (request === at && this.#moment === 'before')) throw new Interrupted();
    const answer = await send();
    if (request === at) throw new Interrupted();
    return answer;
  }

  /**
   * Does work with an interruption at each of its requests in turn, until it comes to its end without one.
   * @param moments at which each request is interrupted
   * @param attempt prepares, does the work by calling `interrupt` around it, and checks what the same work makes of it afterwards
   * @returns how many requests the work takes
   */
  async everywhere(
    attempt: (step: { readonly at: number; readonly moment: Moment; readonly work: Work }) => Promise<void>,
    moments: readonly Moment[] = ['before', 'after'],
  ): Promise<number> {
    let requests = 0;
    for (const moment of moments) {
      for (let at = 1; ; at += 1) {
        let reached = false;
        const work: Work = async (doIt) => {
          [this.#at, this.#moment, this.#requests] = [at, moment, 0];
          try {
            return await doIt();
          } finally {
            reached = this.#requests >= at;
            this.#at = Number.POSITIVE_INFINITY;
          }
        };
        await attempt({ at, moment, work });
        if (!reached) {
          requests = at - 1;
          break;
        }
      }
    }
    return requests;
  }
}

/** Does something that is interrupted. */
export type Work = <T>(doIt: () => Promise<T>) => Promise<T>;
