import type { KeySchema } from '../../tables/schema.ts';
import { expiryOf } from '../expiry.ts';
import { canonicalKey, type KeyRule, keyOf, keyRules, problemOfKeys } from '../item-key.ts';
import { itemDigest, type TypedItem } from '../typed-item.ts';
import { ItemText } from './item-text.ts';

export interface ItemViewOptions {
  /** What a table demands of the attributes of its keys; nothing unless given. */
  readonly rules?: readonly KeyRule[] | undefined;
  /** The attribute of the table's time to live; undefined where it is off. */
  readonly ttlAttribute?: string | undefined;
}

/**
 * What a comparison has to know of items, one at a time: of an item's text, whose values are built only if it is unusual, or
 * of an item whose values are there already. It is the same either way.
 */
export class ItemView {
  readonly #key: KeySchema;
  readonly #ownRules: readonly KeyRule[];
  readonly #rules: readonly KeyRule[];
  readonly #ttlAttribute: string | undefined;
  readonly #names: readonly string[];
  /** The names as JSON. */
  readonly #quoted: readonly string[];
  /** Where the key's attributes and those of each rule are among the names. */
  readonly #places: { readonly key: readonly number[]; readonly rules: readonly number[]; readonly ttl: number };
  readonly #text: ItemText;
  /** The item, if it has values; its text was read otherwise. */
  #item: TypedItem | undefined;

  constructor(key: KeySchema, { rules = [], ttlAttribute }: ItemViewOptions = {}) {
    this.#ownRules = keyRules({ key, globalIndexes: [], localIndexes: [] });
    const ofKey = this.#ownRules.map(({ name }) => name);
    const ttl = ttlAttribute === undefined ? [] : [ttlAttribute];
    this.#key = key;
    this.#rules = rules;
    this.#ttlAttribute = ttlAttribute;
    this.#names = [...new Set([...ofKey, ...rules.map(({ name }) => name), ...ttl])];
    this.#quoted = this.#names.map((name) => JSON.stringify(name));
    const placeOf = (name: string): number => this.#names.indexOf(name);
    this.#places = {
      key: ofKey.map(placeOf),
      rules: rules.map(({ name }) => placeOf(name)),
      ttl: ttlAttribute === undefined ? -1 : placeOf(ttlAttribute),
    };
    this.#text = new ItemText(this.#names);
  }

  /**
   * Looks at the text of an item, if its values need not be built for that. Then it is an item with the key's attributes, all
   * of whose values DynamoDB takes.
   * @param text has to stay as it is as long as something is asked about it
   * @returns false if the text has to be parsed, be it an item or not
   */
  read(text: Buffer): boolean {
    this.#item = undefined;
    if (!this.#text.read(text)) return false;
    return this.#areTakenBy(this.#ownRules, this.#places.key);
  }

  /** Looks at the text of an item that DynamoDB wrote. */
  readOrParse(text: Buffer): this {
    return this.read(text) ? this : this.take(JSON.parse(text.toString('utf8')) as TypedItem);
  }

  /** Looks at an item. */
  take(item: TypedItem): this {
    this.#item = item;
    return this;
  }

  /** The item's `canonicalKey`. */
  get canonicalKey(): string {
    if (this.#item !== undefined) return canonicalKey(this.#item, this.#key);
    let canonical = '';
    for (const place of this.#places.key) {
      const value = this.#text.valueOf(place) as string;
      // A string stands in the text as it is in the canonical one.
      if (!value.startsWith(STRING)) return canonicalKey(this.#parsed(this.#places.key), this.#key);
      canonical += value;
    }
    return canonical;
  }

  /** The item's key as typed JSON. */
  get keyText(): string {
    if (this.#item !== undefined) return JSON.stringify(keyOf(this.#item, this.#key));
    return this.#textOf(this.#places.key);
  }

  /** The item's `itemDigest`. */
  get digest(): string {
    return this.#item === undefined ? this.#text.digest() : itemDigest(this.#item);
  }

  /** When its time to live ends, as `expiryOf` has it. */
  get expiry(): number | null {
    if (this.#ttlAttribute === undefined) return null;
    return expiryOf(this.#item ?? this.#parsed([this.#places.ttl]), this.#ttlAttribute);
  }

  /** Why the rules would not take it, as `problemOfKeys` has it. */
  get problem(): string | undefined {
    if (this.#item !== undefined) return problemOfKeys(this.#item, this.#rules);
    const { rules: places } = this.#places;
    return this.#areTakenBy(this.#rules, places) ? undefined : problemOfKeys(this.#parsed(places), this.#rules);
  }

  /** @param places of the rules' attributes */
  #areTakenBy(rules: readonly KeyRule[], places: readonly number[]): boolean {
    return rules.every((rule, index) => isTakenBy(rule, this.#text, places[index] as number));
  }

  /** Some attributes of the text, those of them that are there. */
  #parsed(places: readonly number[]): TypedItem {
    return JSON.parse(this.#textOf(places)) as TypedItem;
  }

  #textOf(places: readonly number[]): string {
    const members: string[] = [];
    for (const place of places) {
      const value = this.#text.valueOf(place);
      if (value !== undefined) members.push(`${this.#quoted[place]}:${value}`);
    }
    return `{${members.join(',')}}`;
  }
}

/** How a string begins as a value. */
const STRING = '{"S":"';

/** Whether a value is certainly taken: its text is longer than what it stands for. */
function isTakenBy({ type, ofTable, maxBytes }: KeyRule, text: ItemText, place: number): boolean {
  const size = text.sizeOf(place, type.charCodeAt(0));
  if (size === undefined) return !ofTable;
  return size > 0 && (size <= maxBytes || type === 'N');
}
