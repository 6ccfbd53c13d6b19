import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';

/** Represents the death of the process. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Where work was interrupted between two requests that change nothing makes no difference. */
const CHANGES = /^(Put|Update|Delete|TransactWrite|BatchWrite|Copy|Create|Upload|Complete|Abort|Start|Send)/;

/**
 * Interrupts work after the nth of its requests that change something in DynamoDB, S3 or another service that is watched: it was carried
 * out, and its answer is lost. All requests from then on fail, as those of a process that was killed are never sent.
 */
export class Interruption {
  #at = Number.POSITIVE_INFINITY;
  #requests = 0;

  /** Watches a client of the SDK. */
  watch(client: DynamoDBClient | S3Client | SFNClient): void {
    // What is added is the same for every client.
    const stack = client.middlewareStack as DynamoDBClient['middlewareStack'];
    stack.add(
      (next, context) => (args) =>
        CHANGES.test(String(context.commandName)) ? this.around(() => next(args)) : next(args),
      { step: 'initialize', name: 'interruption', override: true },
    );
  }

  /** Sends a request, unless the work was interrupted before. */
  async around<T>(send: () => Promise<T>): Promise<T> {
    this.#requests += 1;
    const [at, request] = [this.#at, this.#requests];
    if (request > at) throw new Interrupted();
    const answer = await send();
    if (request === at) throw new Interrupted();
    return answer;
  }

  /**
   * Does work with an interruption after each of its requests in turn, until it comes to its end without one.
   * @param attempt prepares, does the work by calling `work` around it, and checks what the same work makes of it afterwards
   * @returns how many requests the work takes
   */
  async everywhere(attempt: (work: Work) => Promise<void>): Promise<number> {
    for (let at = 1; ; at += 1) {
      let isInterrupted = false;
      await attempt(async (doIt) => {
        [this.#at, this.#requests] = [at, 0];
        try {
          return await doIt();
        } finally {
          isInterrupted = this.#requests >= at;
          this.#at = Number.POSITIVE_INFINITY;
        }
      });
      if (!isInterrupted) return at - 1;
    }
  }
}

/** Does something that is interrupted. */
type Work = <T>(doIt: () => Promise<T>) => Promise<T>;
