import { isObject } from '../../aws/is-object.ts';
import { canonicalKey } from '../../items/item-key.ts';
import { canonicalItem, type TypedItem } from '../../items/typed-item.ts';
import { problemOfAttributes } from '../../items/value-limits.ts';
import { type KeySchema, keyAttributes } from '../../tables/schema.ts';
import { LineProblem } from './line-problem.ts';

type Json = { readonly [name: string]: unknown };

const MEMBERS = ['Metadata', 'Keys', 'NewImage', 'OldImage'];

/**
 * Whether a line is a change of an incremental export.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 * @param isTyped whether the key is typed in there
 */
export function isChange(json: Json, isTyped: (item: Json) => boolean): boolean {
  const { Keys: keys, Metadata: metadata } = json;
  return (
    isObject(keys) && isTyped(keys) && isObject(metadata) && Object.keys(json).every((name) => MEMBERS.includes(name))
  );
}

/** What a change does to an item. */
export interface Change {
  /** The item that it leaves; of a deletion, the key. */
  readonly item: TypedItem;
  readonly isDeletion?: true;
}

/** Reads a change. One without a new image is a deletion. */
export function parseChange(json: Json, key: KeySchema | undefined): Change | LineProblem {
  const { Keys: keys, NewImage: image } = json as { readonly Keys: Json; readonly NewImage?: unknown };
  const problem = problemOfAttributes(keys, 'Keys.');
  if (problem !== undefined) return new LineProblem(problem);
  const item = keys as TypedItem;
  if (key !== undefined && Object.keys(item).length !== keyAttributes(key).length) {
    return new LineProblem('Keys has more than the key');
  }
  if (image === undefined) return { item, isDeletion: true };
  if (!isObject(image)) return new LineProblem('NewImage is not an item');
  const problemOfImage = problemOfAttributes(image);
  if (problemOfImage !== undefined) return new LineProblem(problemOfImage);
  return isOf(item, image as TypedItem, key)
    ? { item: image as TypedItem }
    : new LineProblem('NewImage has another key than Keys');
}

function isOf(key: TypedItem, item: TypedItem, schema: KeySchema | undefined): boolean {
  const same = Object.keys(key).every((name) => Object.hasOwn(item, name));
  if (!same) return false;
  if (schema !== undefined) return canonicalKey(key, schema) === canonicalKey(item, schema);
  return (
    canonicalItem(key) ===
    canonicalItem(Object.fromEntries(Object.keys(key).map((name) => [name, item[name]])) as TypedItem)
  );
}
