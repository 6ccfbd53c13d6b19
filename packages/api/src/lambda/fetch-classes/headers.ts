const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Characters that no value has within, and those that a byte does not hold. */
const NOT_IN_VALUES = /[\0\r\n]|[^\0-\xff]/;

/** Blanks as HTTP has them, which do not belong to a value. */
const AROUND_VALUES = /^[\t\n\r ]+|[\t\n\r ]+$/g;

type Init = ConstructorParameters<typeof Headers>[0];

/** `Headers` of the Fetch standard. Iterating does not see changes that are made meanwhile. */
export class LightHeaders implements Pick<Headers, 'append' | 'delete' | 'get' | 'getSetCookie' | 'has' | 'set'> {
  /** By names in small letters. */
  readonly #values = new Map<string, readonly string[]>();

  constructor(init: Init | LightHeaders = {}) {
    const given = init as Iterable<readonly [string, string]> | { readonly [name: string]: string };
    for (const [name, value] of isIterable(given) ? given : Object.entries(given)) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = keyOf(name);
    this.#values.set(key, [...(this.#values.get(key) ?? []), bareValue(value)]);
  }

  delete(name: string): void {
    this.#values.delete(keyOf(name));
  }

  get(name: string): string | null {
    const key = keyOf(name);
    return this.#values.get(key)?.join(key === 'cookie' ? '; ' : ', ') ?? null;
  }

  getSetCookie(): string[] {
    return [...(this.#values.get('set-cookie') ?? [])];
  }

  has(name: string): boolean {
    return this.#values.has(keyOf(name));
  }

  set(name: string, value: string): void {
    this.#values.set(keyOf(name), [bareValue(value)]);
  }

  forEach(visit: (value: string, name: string, headers: LightHeaders) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) {
      // Cookies are the one header whose values cannot be joined.
      if (name === 'set-cookie') for (const cookie of this.getSetCookie()) yield [name, cookie];
      else yield [name, this.get(name) ?? ''];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function isIterable<T>(value: object | Iterable<T>): value is Iterable<T> {
  return Symbol.iterator in value;
}

function keyOf(name: string): string {
  if (!NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header.`);
  return name.toLowerCase();
}

function bareValue(value: string): string {
  const bare = String(value).replaceAll(AROUND_VALUES, '');
  if (NOT_IN_VALUES.test(bare)) throw new TypeError(`${JSON.stringify(bare)} is no value of a header.`);
  return bare;
}
