import { MalformedBodyError, skipElements, skipMembers, skipValue } from '../text/walk-json.ts';

/** The body of a BatchGetItem response, cut into its items and the rest. */
export interface CutResponses {
  /** The texts of the items: views into the body that was given. Whether each is one is not known. */
  readonly items: readonly Buffer[];
  /** The body without the items. */
  readonly rest: Buffer;
}

const EMPTY = Buffer.from('{}');

/**
 * Cuts the items out of the body of a BatchGetItem response without parsing them.
 * @param table that was asked for
 * @throws MalformedBodyError if the body is cut off, its brackets do not match, or it has items of another table
 */
export function cutResponses(body: Buffer, table: string): CutResponses {
  const items: Buffer[] = [];
  let rest = body;
  skipMembers(body, 0, (name, start) => {
    if (name !== 'Responses') return skipValue(body, start);
    const end = skipMembers(body, start, (of, array) => {
      if (of !== table) throw new MalformedBodyError(`items of ${of} instead of ${table}`);
      return skipElements(body, array, (item) => items.push(item));
    });
    rest = Buffer.concat([body.subarray(0, start), EMPTY, body.subarray(end)]);
    return end;
  });
  return { items, rest };
}
