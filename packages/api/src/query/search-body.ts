import { isObject } from '@cumulus/dynamodb/aws';
import type { RecordFilter } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { parseQuery, type QueryFields } from './parse-query.ts';

/** What a search of Elasticsearch asks for. */
export interface SearchBody {
  /** All of which a record has to pass. */
  readonly filters: readonly RecordFilter[];
  /** Its `size`, where it gives one. */
  readonly size: number | undefined;
}

type Body = { readonly [name: string]: unknown };

/** Parts of a search that change how it is answered, and not what is found; Kibana sends most of them. */
const NO_MATTER: readonly string[] = [
  ...['_source', 'aggs', 'aggregations', 'docvalue_fields', 'explain', 'fields', 'highlight', 'script_fields'],
  ...['sort', 'stored_fields', 'timeout', 'track_scores', 'track_total_hits', 'version'],
];

/** How deep clauses can be in one another. */
const MAX_DEPTH = 20;

/**
 * Reads a search as Elasticsearch takes it, `{"query": {"bool": {"filter": [{"term": {"status": "failed"}}]}}}`, as far as its clauses
 * mean the same here: `match_all`, `match_none`, `term`, `terms`, `match`, `match_phrase`, `prefix`, `range`, `exists`, `ids`,
 * `query_string`, `constant_score` and `bool`.
 * @param idField the field that `ids` is about
 * @throws HTTPException 400 that names the part which is not understood, by its path
 */
export function parseSearchBody(body: Body, fields: QueryFields, idField: string): SearchBody {
  const { query, size, from, ...others } = body;
  const unknown = Object.keys(others).find((name) => !NO_MATTER.includes(name));
  if (unknown !== undefined) throw unsupported(unknown);
  if (from !== undefined && from !== 0) throw unsupported('from');
  if (size !== undefined && !(Number.isSafeInteger(size) && Number(size) > 0))
    throw wrong('size', 'takes a whole number from 1 on');
  if (!isObject(query)) throw wrong('query', 'takes a clause, such as {"match_all": {}}');
  const filter = new Clauses(fields, idField).filterOf(query, 'query', 0);
  return { filters: [filter], size: size as number | undefined };
}

/** A text, a number or a boolean, as filters take it. */
function textOf(value: unknown, path: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw wrong(path, 'takes a text, a number, true or false');
}

class Clauses {
  readonly #fields: QueryFields;
  readonly #idField: string;

  constructor(fields: QueryFields, idField: string) {
    this.#fields = fields;
    this.#idField = idField;
  }

  filterOf(clause: unknown, path: string, depth: number): RecordFilter {
    if (depth > MAX_DEPTH) throw wrong(path, `has more than ${MAX_DEPTH} clauses in one another`);
    const entries = isObject(clause) ? Object.entries(clause) : [];
    const [[name, value] = ['', undefined]] = entries;
    if (entries.length > 1 && entries.every(([each]) => BOOL.includes(each))) return this.#bool(clause, path, depth);
    if (entries.length !== 1) throw wrong(path, 'takes a clause, an object with one member');
    const at = `${path}.${name}`;
    switch (name) {
      case 'match_all':
        only(value, at, []);
        return { kind: 'all', of: [] };
      case 'match_none':
        only(value, at, []);
        return { kind: 'any', of: [] };
      case 'bool':
        return this.#bool(value, at, depth);
      case 'filter':
        // Of a query without `bool`, as the earlier API's documentation had it.
        return this.#bool(clause, path, depth);
      case 'constant_score':
        return this.filterOf(only(value, at, ['filter', 'boost'])['filter'], `${at}.filter`, depth + 1);
      case 'term':
        return this.#oneOf(...this.#fieldIn(value, at, 'value'));
      case 'match':
      case 'match_phrase':
        return this.#match(name, ...this.#fieldIn(value, at, 'query'));
      case 'prefix':
        return this.#prefix(...this.#fieldIn(value, at, 'value'));
      case 'terms':
        return this.#terms(value, at);
      case 'range':
        return this.#range(value, at);
      case 'exists':
        return { kind: 'exists', field: this.#known(only(value, at, ['field'])['field'], `${at}.field`), exists: true };
      case 'ids':
        return {
          kind: 'is',
          field: this.#idField,
          values: texts(only(value, at, ['values'])['values'], `${at}.values`),
        };
      case 'query_string':
        return this.#queryString(value, at);
      default:
        throw unsupported(at);
    }
  }

  #bool(value: unknown, path: string, depth: number): RecordFilter {
    const { must, filter, should, must_not, minimum_should_match: least } = only(value, path, BOOL);
    const clauses = (given: unknown, name: string): readonly RecordFilter[] =>
      (given === undefined ? [] : Array.isArray(given) ? given : [given]).map((each, index) =>
        this.filterOf(each, `${path}.${name}[${index}]`, depth + 1),
      );
    const necessary = [...clauses(must, 'must'), ...clauses(filter, 'filter')];
    const optional = clauses(should, 'should');
    const not = clauses(must_not, 'must_not');
    if (least !== undefined && !['0', '1'].includes(String(least))) throw unsupported(`${path}.minimum_should_match`);
    // Where others are necessary, optional ones only change the order, unless one is demanded.
    const demandsOne = optional.length > 0 && (least === undefined ? necessary.length === 0 : String(least) === '1');
    if (optional.length === 0 && String(least ?? 0) === '1')
      throw wrong(`${path}.minimum_should_match`, 'goes with should');
    return {
      kind: 'all',
      of: [
        ...necessary,
        ...(demandsOne ? [{ kind: 'any', of: optional } as const] : []),
        ...(not.length > 0 ? [{ kind: 'none', of: not } as const] : []),
      ],
    };
  }

  /** The one field of a clause with its value: `{field: value}`, or `{field: {value: …}}`. */
  #fieldIn(value: unknown, path: string, member: string): readonly [field: string, value: string, path: string] {
    const entries = isObject(value) ? Object.entries(value).filter(([name]) => name !== 'boost') : [];
    const [[name, given] = ['', undefined]] = entries;
    if (entries.length !== 1) throw wrong(path, 'takes one field');
    const at = `${path}.${name}`;
    return [
      this.#known(name, at),
      textOf(isObject(given) ? only(given, at, [member, 'boost'])[member] : given, at),
      at,
    ];
  }

  #oneOf(field: string, text: string, _path: string): RecordFilter {
    const [first, last] = [this.#fields.valueOf(field, text, false), this.#fields.valueOf(field, text, true)];
    return first === last ? { kind: 'is', field, values: [first] } : { kind: 'range', field, from: first, to: last };
  }

  #match(name: string, field: string, text: string, path: string): RecordFilter {
    if (this.#fields.isExact(field)) return this.#oneOf(field, text, path);
    if (name === 'match' && /\s/.test(text.trim())) throw wrong(path, 'takes one word; match_phrase takes several');
    return { kind: 'word', field, text };
  }

  /** Capital letters count, other than in lists. */
  #prefix(field: string, text: string, path: string): RecordFilter {
    if (!this.#fields.isExact(field) || text === '') throw unsupported(path);
    return { kind: 'range', field, from: text, below: `${text}\uffff` };
  }

  #terms(value: unknown, path: string): RecordFilter {
    const entries = isObject(value) ? Object.entries(value).filter(([name]) => name !== 'boost') : [];
    const [[name, given] = ['', undefined]] = entries;
    if (entries.length !== 1) throw wrong(path, 'takes one field');
    const field = this.#known(name, `${path}.${name}`);
    return { kind: 'any', of: texts(given, `${path}.${name}`).map((text) => this.#oneOf(field, text, path)) };
  }

  #range(value: unknown, path: string): RecordFilter {
    const entries = isObject(value) ? Object.entries(value) : [];
    const [[name, given] = ['', undefined]] = entries;
    if (entries.length !== 1) throw wrong(path, 'takes one field');
    const at = `${path}.${name}`;
    const field = this.#known(name, at);
    const { gte, gt, lte, lt, format } = only(given, at, ['gte', 'gt', 'lte', 'lt', 'format', 'boost']);
    if (format !== undefined && !FORMATS.includes(String(format))) throw unsupported(`${at}.format`);
    const end = (from: unknown, isLast: boolean): string | undefined =>
      from === undefined || from === null ? undefined : this.#fields.valueOf(field, textOf(from, at), isLast);
    const ends = { from: end(gte, false), above: end(gt, true), to: end(lte, true), below: end(lt, false) };
    if (Object.values(ends).every((each) => each === undefined)) throw wrong(at, 'takes gte, gt, lte or lt');
    return { kind: 'range', field, ...ends };
  }

  #queryString(value: unknown, path: string): RecordFilter {
    const { query, default_operator: operator } = only(value, path, [
      'query',
      'analyze_wildcard',
      'default_operator',
      'boost',
    ]);
    if (operator !== undefined && String(operator).toLowerCase() !== 'or')
      throw unsupported(`${path}.default_operator`);
    if (typeof query !== 'string' || query.trim() === '') throw wrong(`${path}.query`, 'takes a query');
    return { kind: 'all', of: parseQuery(query, this.#fields) };
  }

  /** A field as records have it. @throws HTTPException 400 */
  #known(name: unknown, path: string): string {
    if (typeof name !== 'string') throw wrong(path, 'takes the name of a field');
    const field = this.#fields.nameOf?.(name) ?? name;
    this.#fields.isExact(field);
    return field;
  }
}

const BOOL: readonly string[] = ['must', 'filter', 'should', 'must_not', 'minimum_should_match', 'boost'];

/** Of times: by ISO 8601, or in milliseconds since 1970. */
const FORMATS: readonly string[] = ['strict_date_optional_time', 'date_optional_time', 'epoch_millis'];

/** An object that has none but these members. */
function only(value: unknown, path: string, members: readonly string[]): Body {
  if (!isObject(value)) throw wrong(path, 'takes an object');
  const unknown = Object.keys(value).find((name) => !members.includes(name) && !(name === 'boost'));
  if (unknown !== undefined) throw unsupported(`${path}.${unknown}`);
  return value;
}

function texts(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(path, 'takes a list');
  return value.map((each) => textOf(each, path));
}

function wrong(path: string, problem: string): HTTPException {
  return new HTTPException(400, { message: `${path} of the query ${problem}.` });
}

function unsupported(path: string): HTTPException {
  return new HTTPException(400, {
    message: `${path} of the query is not supported, so it is not known which granules are meant. Nothing was done.`,
  });
}
