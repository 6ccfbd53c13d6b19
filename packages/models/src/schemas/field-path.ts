import { isObject } from '@cumulus/dynamodb/aws';

/** The way to a value within a record: names of fields and places in lists. */
export type FieldPath = readonly PropertyKey[];

/** A name that would be taken for more than one step, or for none. */
const ODD_NAME = /^$|[.[\]"\s\p{Cc}]/u;

/** A path in words: `files[0].regex`, `meta["a.b"]`; empty for the record as a whole. */
export function describePath(path: FieldPath): string {
  return path
    .map((step, depth) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (ODD_NAME.test(name)) return `[${JSON.stringify(name)}]`;
      return depth === 0 ? name : `.${name}`;
    })
    .join('');
}

/** Whether a value has something at a path. Lists may have changed their order: any of their members will do. */
export function hasPath(value: unknown, path: FieldPath): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (typeof step === 'number') return Array.isArray(value) && value.some((member) => hasPath(member, rest));
  return isObject(value) && Object.hasOwn(value, step) && hasPath(value[String(step)], rest);
}
