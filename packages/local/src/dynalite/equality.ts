import { createRequire } from 'node:module';

/** A value in DynamoDB's JSON: one member, named by its type. */
type Value = Record<string, unknown>;

/** A part of a condition as dynalite has parsed it: an operator, a path (an array), or a value. */
type Expression = { type?: string; args?: Expression[] } | unknown[];

interface Request {
  readonly _condition?: { readonly expression: Expression };
}

/** The part of dynalite that evaluates the conditions of writes. */
interface Conditions {
  checkConditional(this: void, request: Request, item: Record<string, Value> | undefined): unknown;
}

let isMended = false;

/**
 * Lets dynalite compare maps and lists by what is in them. It takes them for equal only if they are one object, so before a
 * condition is evaluated, equal ones of the item and of the condition are made one.
 */
export function compareByValue(): void {
  if (isMended) return;
  isMended = true;
  const conditions = createRequire(import.meta.url)('dynalite/db') as Conditions;
  const { checkConditional } = conditions;
  conditions.checkConditional = (request, item) => {
    const one = new Map<string, unknown>();
    for (const value of Object.values(item ?? {})) unite(value, one);
    if (request._condition !== undefined) uniteAll(request._condition.expression, one);
    return checkConditional(request, item);
  };
}

function uniteAll(expression: Expression, one: Map<string, unknown>): void {
  if (Array.isArray(expression)) return;
  if (expression.args === undefined) unite(expression as Value, one);
  else for (const part of expression.args) uniteAll(part, one);
}

/** Replaces maps and lists by those of the same content that were met before. */
function unite(value: Value, one: Map<string, unknown>): void {
  for (const type of ['M', 'L'] as const) {
    const content = value[type];
    if (content === undefined || content === null) continue;
    for (const member of Object.values(content)) unite(member as Value, one);
    const text = canonical(content);
    if (!one.has(text)) one.set(text, content);
    value[type] = one.get(text);
  }
}

/** Equal for equal values: the order of a map's members and of a set's makes no difference. */
function canonical(content: unknown): string {
  return JSON.stringify(content, (key, part: unknown) => {
    if (Array.isArray(part)) return ['SS', 'NS', 'BS'].includes(key) ? [...part].sort() : part;
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
