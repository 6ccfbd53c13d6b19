import { isObject } from '@cumulus/dynamodb/aws';
import type { Models } from '@cumulus/models';
import type { Rule } from '@cumulus/models/schemas';
import { InvalidRuleEventError } from './errors.ts';

/** A collection as messages name it: `collection` as a name, or with name and version; or `product.dataVersion` of a CNM. */
export interface NamedCollection {
  readonly name?: string;
  readonly version?: string;
}

export type Message = Readonly<Record<string, unknown>>;

export function collectionIn({ collection, product }: Message): NamedCollection {
  const given = isObject(collection) ? collection : { name: collection };
  const version = given['version'] ?? (isObject(product) ? product['dataVersion'] : undefined);
  const name = given['name'];
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

/** Rules of a type that are ENABLED. */
export async function enabledRules(
  models: Pick<Models, 'rules'>,
  type: Rule['rule']['type'],
): Promise<readonly Rule[]> {
  const found: Rule[] = [];
  for await (const rule of models.rules.list())
    if (rule.rule?.type === type && rule.state === 'ENABLED') found.push(rule);
  return found;
}

/** Whether a rule is of the collection that a message names, as far as it names one. */
export function isOfCollection({ collection }: Rule, { name, version }: NamedCollection): boolean {
  if (name !== undefined && collection?.name !== name) return false;
  return version === undefined || collection?.version === version;
}

/** A rule with the collection that a message names, if it names a whole one. */
export function withCollection(rule: Rule, { name, version }: NamedCollection): Rule {
  return name === undefined || version === undefined ? rule : { ...rule, collection: { name, version } };
}

/** The object that a text holds. @throws InvalidRuleEventError */
export function messageIn(text: string, parse: (text: string) => unknown): Message {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new InvalidRuleEventError('The message is not JSON, and starts no workflow.', [], error);
  }
  if (isObject(value)) return value as Message;
  throw new InvalidRuleEventError('The message is no JSON object, and starts no workflow.');
}
