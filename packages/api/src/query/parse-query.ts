import type { RecordFilter } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { type RangeEnds, type Token, tokensOf } from './tokens.ts';

/** What a query can ask for. */
export interface QueryFields {
  /** A field as records have it; unchanged unless given. */
  readonly nameOf?: ((field: string) => string) | undefined;
  /**
   * Whether a field is compared as a whole, as names and ids are; a text of which a word is enough is not.
   * @throws HTTPException 400 for a field that there is none
   */
  readonly isExact: (field: string) => boolean;
  /**
   * A field's value as filters take it. A text may stand for a span, as a day does for its times; then it is the first of them,
   * or the last.
   * @throws HTTPException 400 for a value that the field cannot have
   */
  readonly valueOf: (field: string, text: string, isLast: boolean) => string;
  /** Fields that a search through all fields does not look into. */
  readonly except?: readonly string[] | undefined;
}

/** The longest query, in characters. */
const MAX_LENGTH = 1_000;

/** How deep brackets can be in one another. */
const MAX_DEPTH = 20;

/**
 * Reads a query as Elasticsearch's `query_string` takes it, which is Lucene's: `"a text" AND status:failed`, `AND`, `OR`, `NOT`, `+`,
 * `-`, brackets, `field:value`, `field:(a OR b)`, `field:[a TO b]`, `field:>=a`, `_exists_:field`, and the wildcards `*` and `?`. Of
 * words without an operator between them one is enough.
 * @returns filters, all of which have to be passed
 * @throws HTTPException 400 that names what is no query, or not supported
 */
export function parseQuery(text: string, fields: QueryFields): readonly RecordFilter[] {
  if (text.length > MAX_LENGTH) throw bad('q', `has at most ${MAX_LENGTH} characters, not ${text.length}`);
  const tokens = new Tokens(tokensOf(text));
  if (tokens.next === undefined) return [];
  const filters = parseClauses(tokens, fields, undefined, 0);
  if (tokens.next !== undefined) throw bad('q', `has a closing bracket too many`);
  return filters;
}

/** The tokens that are left. */
class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Takes the next token if it is of one of these kinds. */
  take<K extends Token['kind']>(...kinds: readonly K[]): (Token & { readonly kind: K }) | undefined {
    const { next } = this;
    if (next === undefined || !kinds.some((kind) => kind === next.kind)) return undefined;
    this.#at += 1;
    return next as Token & { readonly kind: K };
  }
}

/** A part of a query, and whether it has to be, must not be, or is one of several of which one is enough. */
interface Clause {
  occurs: 'must' | 'should' | 'not';
  readonly filter: RecordFilter;
}

/** Reads clauses up to a closing bracket or the end. @param field the field that they are about, if there is one */
function parseClauses(
  tokens: Tokens,
  fields: QueryFields,
  field: string | undefined,
  depth: number,
): readonly RecordFilter[] {
  if (depth > MAX_DEPTH) throw bad('q', `has more than ${MAX_DEPTH} brackets in one another`);
  const clauses: Clause[] = [];
  do {
    const operator = clauses.length === 0 ? undefined : tokens.take('and', 'or');
    const modifier = tokens.take('not', 'plus', 'minus');
    const filter = parseClause(tokens, fields, field, depth);
    // Lucene's own rules: AND makes the clauses on both sides of it necessary.
    const last = clauses.at(-1);
    if (operator?.kind === 'and' && last?.occurs === 'should') last.occurs = 'must';
    const isNegated = modifier?.kind === 'not' || modifier?.kind === 'minus';
    const isNecessary = modifier?.kind === 'plus' || operator?.kind === 'and';
    clauses.push({ occurs: isNegated ? 'not' : isNecessary ? 'must' : 'should', filter });
  } while (tokens.next !== undefined && tokens.next.kind !== 'close');
  return combine(clauses);
}

function combine(clauses: readonly Clause[]): readonly RecordFilter[] {
  const that = (occurs: Clause['occurs']): readonly RecordFilter[] =>
    clauses.filter((clause) => clause.occurs === occurs).map(({ filter }) => filter);
  const [must, should, not] = [that('must'), that('should'), that('not')];
  const oneOf = must.length > 0 || should.length === 0 ? [] : [asOne('any', should)];
  return [...must, ...oneOf, ...(not.length === 0 ? [] : [{ kind: 'none', of: not } as const])];
}

function asOne(kind: 'all' | 'any', filters: readonly RecordFilter[]): RecordFilter {
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { kind, of: filters };
}

function parseClause(tokens: Tokens, fields: QueryFields, field: string | undefined, depth: number): RecordFilter {
  if (tokens.take('open') !== undefined) {
    const filters = parseClauses(tokens, fields, field, depth + 1);
    if (tokens.take('close') === undefined) throw bad('q', 'has no closing bracket for each opening one');
    return asOne('all', filters);
  }
  const named = tokens.take('field');
  if (named !== undefined) {
    if (field !== undefined) throw bad('q', `names the field ${named.name} within the brackets of ${field}`);
    if (named.name === '_missing_')
      throw bad('q', 'names "_missing_", which is not supported: write NOT _exists_:FIELD');
    if (named.name === '_exists_') return { kind: 'exists', field: existingField(tokens, fields), exists: true };
    return parseClause(tokens, fields, known(named.name, fields), depth);
  }
  const value = tokens.take('word', 'phrase', 'range');
  if (value === undefined) {
    const { next } = tokens;
    throw bad('q', next === undefined ? 'ends where a word is missing' : `has "${next.raw}" where a word is missing`);
  }
  if (value.kind === 'range') return { kind: 'range', field: field ?? '', ...endsOf(value, field ?? '', fields) };
  const pattern = value.kind === 'word' ? value.pattern : undefined;
  return field === undefined ? anywhere(value.text, pattern, fields) : inField(field, value.text, pattern, fields);
}

function existingField(tokens: Tokens, fields: QueryFields): string {
  const value = tokens.take('word', 'phrase');
  if (value === undefined || (value.kind === 'word' && value.pattern !== undefined))
    throw bad('q', 'takes a field after _exists_:');
  return known(value.text, fields);
}

/** A field that records have. @throws HTTPException 400 */
function known(named: string, { nameOf, isExact }: QueryFields): string {
  const field = nameOf?.(named) ?? named;
  isExact(field);
  return field;
}

/** A range's ends as filters take them. */
function endsOf({ from, to, above, below }: RangeEnds, field: string, fields: QueryFields): RangeEnds {
  const value = (end: string | undefined, isLast: boolean): string | undefined =>
    end === undefined ? end : fields.valueOf(field, end, isLast);
  return { from: value(from, false), to: value(to, true), above: value(above, true), below: value(below, false) };
}

function anywhere(text: string, pattern: string | undefined, { except }: QueryFields): RecordFilter {
  if (pattern === undefined) return { kind: 'text', text, except };
  return /^\*+$/.test(pattern) ? { kind: 'all', of: [] } : { kind: 'like', pattern: `*${pattern}*`, except };
}

function inField(field: string, text: string, pattern: string | undefined, fields: QueryFields): RecordFilter {
  const isExact = fields.isExact(field);
  if (pattern !== undefined) {
    if (/^\*+$/.test(pattern)) return { kind: 'exists', field, exists: true };
    return { kind: 'like', field, pattern: isExact ? pattern : `*${pattern}*` };
  }
  const [first, last] = [fields.valueOf(field, text, false), fields.valueOf(field, text, true)];
  if (!isExact) return { kind: 'word', field, text: first };
  return first === last ? { kind: 'is', field, values: [first] } : { kind: 'range', field, from: first, to: last };
}
