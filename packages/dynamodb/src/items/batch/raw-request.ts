import type { MiddlewareStack, SerializeMiddleware } from '@smithy/types';

/** What DynamoDB says that a request took. */
export interface Capacity {
  readonly CapacityUnits?: number;
}

/** One write capacity unit for each item and each KB of it; its JSON is never shorter than what DynamoDB counts. */
export function estimatedUnits(items: readonly Buffer[]): number {
  return items.reduce((units, item) => units + Math.ceil(item.length / 1024), 0);
}

/**
 * Replaces the body that the SDK would make of a command's input, before it is measured and signed: typed JSON need not
 * become JavaScript objects and binary values only to be written as the same JSON again.
 */
export function sendBody<Input extends object, Output extends object>(
  command: { readonly middlewareStack: MiddlewareStack<Input, Output> },
  body: Buffer,
): void {
  const replaceBody: SerializeMiddleware<Input, Output> = (next) => (args) =>
    next({ ...args, request: Object.assign(args.request as object, { body }) });
  command.middlewareStack.addRelativeTo(replaceBody, {
    name: 'sendBodyMiddleware',
    relation: 'after',
    toMiddleware: 'serializerMiddleware',
  });
}
