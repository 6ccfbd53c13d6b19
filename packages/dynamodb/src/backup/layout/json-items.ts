import { CorruptBackupError } from '../errors.ts';
import { isBatchParameter, isScanMember } from '../format/aws-documents.ts';
import { foreign } from './foreign-format.ts';
import type { JsonInput } from './json-input.ts';
import type { Contents, Layout } from './layout.ts';

/** How items lie in JSON that is not one line for each. */
export type JsonLayout = Extract<Layout, 'array' | 'objects' | 'scan' | 'requests'>;

/** What JSON that was cut into items has shown. */
export interface JsonContents extends Contents {
  /** Whether it is the page of a scan after which others come. */
  readonly isUnfinished?: boolean | undefined;
  /** Why it does not hold all items that were scanned for it, in words. */
  readonly leftOut?: string | undefined;
}

/** The text of each item, on one line, and at the end what the whole is. */
export type ItemTexts = AsyncGenerator<Buffer, JsonContents>;

/**
 * Cuts the items out of a JSON text of any size, each as the bytes that it is.
 * @param file what to call it in messages
 * @throws InvalidLineError, CorruptBackupError for what is no JSON, or cut short; UnreadableFormatError if it is another layout
 */
export async function* jsonItems(input: JsonInput, layout: JsonLayout, file: string): ItemTexts {
  const contents = yield* READERS[layout](input, file);
  if ((await input.peek()) === undefined) return contents;
  const { what, join } = WHOLE[layout];
  const advice = join === undefined ? [] : [`If it is another, take the items out of all: jq -c '${join}' ${file}`];
  throw input.invalid(`something else follows after the end of ${what}`, { advice });
}

/** What a text is, and how jq takes the items out of several of the kind, one after the other. */
const WHOLE: Readonly<Record<JsonLayout, { readonly what: string; readonly join?: string }>> = {
  array: { what: 'the array', join: '.[]' },
  objects: { what: 'the objects' },
  scan: { what: 'the output of a scan', join: '.Items[]' },
  requests: { what: 'the requests', join: '(.RequestItems // .)[][]' },
};

const READERS: Readonly<Record<JsonLayout, (input: JsonInput, file: string) => ItemTexts>> = {
  array: async function* (input) {
    yield* arrayMembers(input);
    return { layout: 'array' };
  },
  objects: async function* (input) {
    while ((await input.peek()) !== undefined) yield input.value();
    return { layout: 'objects' };
  },
  scan: scanItems,
  requests,
};

async function* arrayMembers(input: JsonInput): AsyncGenerator<Buffer, number> {
  await input.take('[');
  if (await input.skip(']')) return 0;
  for (let count = 1; ; count += 1) {
    yield input.value();
    if ((await input.take(',', ']')) === ']') return count;
  }
}

/** Goes over the members of an object; what it is given reads the value of each. */
async function* members<Item>(
  input: JsonInput,
  member: (name: string) => AsyncGenerator<Item, void>,
): AsyncGenerator<Item, void> {
  await input.take('{');
  if (await input.skip('}')) return;
  do yield* member(await input.name());
  while ((await input.take(',', '}')) === ',');
}

async function* scanItems(input: JsonInput, file: string): ItemTexts {
  let items: number | undefined;
  const facts = new Map<string, unknown>();
  yield* members(input, async function* (name) {
    if (!isScanMember(name)) {
      throw foreign(
        file,
        `JSON that has Items or Count as the output of a scan has, and ${JSON.stringify(name)}, which an item may have`,
        'If it is an item, write it on one line: jq -c . FILE',
      );
    }
    if (facts.has(name) || (name === 'Items' && items !== undefined)) throw input.invalid(`${name} comes twice`);
    if (name === 'Items') items = yield* arrayMembers(input);
    else facts.set(name, await input.parsed());
  });
  if (items === undefined) throw input.invalid('the output of a scan without Items');
  const count = facts.get('Count');
  if (typeof count === 'number' && items > count) {
    throw new CorruptBackupError(`${file} holds ${items} items, and its Count says ${count}.`, [
      'Nothing was written.',
      'Scan the table again.',
    ]);
  }
  const token = ['LastEvaluatedKey', 'NextToken'].find((name) => (facts.get(name) ?? null) !== null);
  const leftOut = whyLeftOut(facts, items);
  const unfinished = token === undefined ? undefined : `it has a ${token}: the scan ended before the table did`;
  return { layout: 'scan', incomplete: unfinished ?? leftOut, isUnfinished: token !== undefined, leftOut };
}

/** The AWS CLI cuts pages where it is asked for so many items, without a change to their counts. */
function whyLeftOut(facts: ReadonlyMap<string, unknown>, items: number): string | undefined {
  const [count, scanned] = [facts.get('Count'), facts.get('ScannedCount')];
  if (typeof count === 'number' && count > items) return `it holds ${items} of the ${count} items that its Count says`;
  if (typeof scanned !== 'number' || scanned <= items) return undefined;
  return `a filter let through ${items} of ${scanned} items`;
}

/** Requests of a BatchWriteItem, also with RequestItems around them, as the CLI takes all parameters in one file. */
async function* requests(input: JsonInput, file: string): ItemTexts {
  let table: string | undefined;
  const ofTable = async function* (name: string): AsyncGenerator<Buffer, void> {
    if (table !== undefined) {
      throw foreign(
        file,
        `requests for several tables, ${table} and ${name}`,
        `Take those of one: jq -c '.[${JSON.stringify(table)}]' FILE`,
      );
    }
    table = name;
    yield* arrayMembers(input);
  };
  yield* members(input, async function* (name) {
    const next = await input.peek();
    if (name === 'RequestItems' && next === OPENING) yield* members(input, ofTable);
    else if (next === BRACKET) yield* ofTable(name);
    else if (isBatchParameter(name)) await input.value();
    else throw input.invalid(`${JSON.stringify(name)} has no list of requests`);
  });
  return { layout: 'requests' };
}

const OPENING = '{'.charCodeAt(0);
const BRACKET = '['.charCodeAt(0);
