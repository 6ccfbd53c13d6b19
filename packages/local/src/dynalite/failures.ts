import type { Answer } from './engine.ts';

/** A request is refused as DynamoDB refuses it. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(type: string, message: string, more: object = {}) {
    super(message);
    this.answer = { status: 400, body: { __type: type, message, ...more } };
  }
}

/** A request that is wrong in itself. */
export function invalid(message: string): Refusal {
  return new Refusal('com.amazon.coral.validate#ValidationException', message);
}

/** An error of DynamoDB's API: `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`. */
export function typeOf(name: string): string {
  return `com.amazonaws.dynamodb.v20120810#${name}`;
}

/** The name of the error in an answer: `ConditionalCheckFailedException`. */
export function errorName({ body }: Answer): string {
  return String(body['__type']).split('#').at(-1) ?? '';
}

export function errorMessage({ body }: Answer): string {
  return String(body['message'] ?? body['Message'] ?? '');
}
