import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { toAttributeValue } from './attribute-values.ts';
import type { Condition } from './conditions.ts';

/**
 * Gathers the names and values of one request's expressions. Each name and each value gets a placeholder, so that
 * reserved words, dots, spaces and the like in attribute names never break an expression.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
 */
export class ExpressionParts {
  readonly #placeholders = new Map<string, string>();
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};
  #valueCount = 0;

  /** The placeholder of a top-level attribute. */
  name(attribute: string): string {
    const known = this.#placeholders.get(attribute);
    if (known !== undefined) return known;
    const placeholder = `#n${this.#placeholders.size}`;
    this.#placeholders.set(attribute, placeholder);
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  /** The placeholder of a value. */
  value(value: unknown): string {
    const placeholder = `:v${this.#valueCount}`;
    this.#valueCount += 1;
    this.#values[placeholder] = toAttributeValue(value);
    return placeholder;
  }

  /** The parameters of the request that resolve the placeholders; DynamoDB refuses empty ones. */
  get parameters(): {
    ExpressionAttributeNames: Record<string, string> | undefined;
    ExpressionAttributeValues: Record<string, AttributeValue> | undefined;
  } {
    return {
      ExpressionAttributeNames: this.#placeholders.size === 0 ? undefined : this.#names,
      ExpressionAttributeValues: this.#valueCount === 0 ? undefined : this.#values,
    };
  }
}

/** A condition expression's text; undefined where nothing is asked. */
export function conditionText(conditions: readonly Condition[], parts: ExpressionParts): string | undefined {
  return conditions.length === 0 ? undefined : conditions.map((condition) => textOf(condition, parts)).join(' AND ');
}

function textOf(condition: Condition, parts: ExpressionParts): string {
  switch (condition.kind) {
    case 'exists':
      return `attribute_exists(${parts.name(condition.attribute)})`;
    case 'absent':
      return `attribute_not_exists(${parts.name(condition.attribute)})`;
    case 'equals':
      return `${parts.name(condition.attribute)} = ${parts.value(condition.value)}`;
    case 'less':
      return `${parts.name(condition.attribute)} < ${parts.value(condition.value)}`;
    case 'more':
      return `${parts.name(condition.attribute)} > ${parts.value(condition.value)}`;
    case 'isNot':
      return `(NOT attribute_type(${parts.name(condition.attribute)}, ${parts.value(condition.type)}))`;
    case 'noneOf': {
      const values = condition.values.map((value) => parts.value(value));
      return `(NOT ${parts.name(condition.attribute)} IN (${values.join(', ')}))`;
    }
    case 'all':
      return `(${condition.of.map((one) => textOf(one, parts)).join(' AND ')})`;
    case 'any':
      return `(${condition.of.map((one) => textOf(one, parts)).join(' OR ')})`;
  }
}

/** Changes to single attributes of an item; those that are named in neither stay as they are. */
export interface Changes {
  readonly set?: { readonly [attribute: string]: unknown };
  /** Set only where the attribute is not there yet. */
  readonly setIfAbsent?: { readonly [attribute: string]: unknown };
  readonly remove?: readonly string[];
  /** Added to the attribute's number, 0 where there is none. */
  readonly add?: { readonly [attribute: string]: number };
}

/** An update expression's text. Values that are undefined change nothing. */
export function updateText(changes: Changes, parts: ExpressionParts): string {
  const { set = {}, setIfAbsent = {}, remove = [], add = {} } = changes;
  const given = (values: object): [string, unknown][] => Object.entries(values).filter(([, v]) => v !== undefined);
  const settings = [
    ...given(set).map(([attribute, value]) => `${parts.name(attribute)} = ${parts.value(value)}`),
    ...given(setIfAbsent).map(([attribute, value]) => {
      const name = parts.name(attribute);
      return `${name} = if_not_exists(${name}, ${parts.value(value)})`;
    }),
  ];
  const additions = given(add).map(([attribute, value]) => `${parts.name(attribute)} ${parts.value(value)}`);
  return [
    ...(settings.length === 0 ? [] : [`SET ${settings.join(', ')}`]),
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.map((attribute) => parts.name(attribute)).join(', ')}`]),
    ...(additions.length === 0 ? [] : [`ADD ${additions.join(', ')}`]),
  ].join(' ');
}
