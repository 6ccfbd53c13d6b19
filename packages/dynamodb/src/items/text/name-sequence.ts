const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Ways on from one name that are known at once. Maps with names of their own, such as ids, would have any number. */
const MAX_NEXT = 8;

/** Longer names are for somebody else: no name of a record comes near. */
const MAX_NAME = 1_000;

/**
 * The names of an object's members in the order in which a text has them: one name, after those before it. Items of a table have
 * few such sequences, so that what has to be known of one, above all the order of its names, is found out once.
 */
export class NameSequence {
  /** The name; empty before the first. */
  readonly name: string;
  /** How many names there are, this one included. */
  readonly length: number;
  /** How many bytes the name has. */
  readonly bytes: number;
  readonly #name: Uint8Array;
  readonly #before: NameSequence | undefined;
  readonly #next: NameSequence[] = [];
  #replaced = 0;
  #order: NameOrder | undefined;

  private constructor(name: Uint8Array, before: NameSequence | undefined) {
    this.#name = name;
    this.#before = before;
    this.name = Buffer.from(name).toString('latin1');
    this.bytes = name.length;
    this.length = before === undefined ? 0 : before.length + 1;
  }

  /** The sequence of no names. */
  static empty(): NameSequence {
    return new NameSequence(new Uint8Array(0), undefined);
  }

  /**
   * The sequence that has one more name.
   * @param start after the opening quotation mark
   * @returns undefined for a name that is empty, not of plain ASCII, or without an end
   */
  next(text: Uint8Array, start: number): NameSequence | undefined {
    for (let index = 0; index < this.#next.length; index += 1) {
      const known = this.#next[index] as NameSequence;
      if (isAt(known.#name, text, start)) return known;
    }
    return this.#learn(text, start);
  }

  /** The order of the names by their characters; undefined if one comes twice. */
  get order(): NameOrder | undefined {
    this.#order ??= orderOf(this.#names());
    return this.#order.isRepeating ? undefined : this.#order;
  }

  #learn(text: Uint8Array, start: number): NameSequence | undefined {
    let end = start;
    while (end < start + MAX_NAME && isPlain(text[end])) end += 1;
    if (end === start || text[end] !== QUOTE) return undefined;
    // A copy: the text's memory is used again.
    const learnt = new NameSequence(Uint8Array.from(text.subarray(start, end)), this);
    if (this.#next.length < MAX_NEXT) {
      this.#next.push(learnt);
    } else {
      this.#next[this.#replaced % MAX_NEXT] = learnt;
      this.#replaced += 1;
    }
    return learnt;
  }

  #names(): readonly string[] {
    const names: string[] = [];
    for (let at: NameSequence = this; at.#before !== undefined; at = at.#before) names.push(at.name);
    return names.reverse();
  }
}

/** Where the names of a sequence come in the order of their characters. */
export interface NameOrder {
  /** For each place in order, which of the names it is. */
  readonly places: Uint32Array;
  /** Whether they come in order. */
  readonly isSorted: boolean;
  readonly isRepeating: boolean;
}

function orderOf(names: readonly string[]): NameOrder {
  const places = Uint32Array.from(names.keys());
  places.sort((a, b) => ((names[a] as string) < (names[b] as string) ? -1 : 1));
  return {
    places,
    isSorted: places.every((place, index) => place === index),
    isRepeating: new Set(names).size < names.length,
  };
}

/** Whether a name stands at a place of a text, with a quotation mark after it. */
function isAt(name: Uint8Array, text: Uint8Array, start: number): boolean {
  const { length } = name;
  if (text[start + length] !== QUOTE) return false;
  for (let index = 0; index < length; index += 1) if (text[start + index] !== name[index]) return false;
  return true;
}

function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && byte >= SPACE && byte < DELETE && byte !== QUOTE && byte !== BACKSLASH;
}
