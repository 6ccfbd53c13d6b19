import { passes, type RecordFilter } from '@cumulus/models';
import { INFO, LEVEL_NUMBERS, levelNumber, spellingsOf } from './levels.ts';
import type { LogFilter } from './log-query.ts';

/** The longest pattern that CloudWatch accepts, in characters. */
const MAX_PATTERN = 1_024;

/** Texts that are the same in JSON, and safe between the quotes of a pattern. */
const QUOTABLE = /^[ !#-[\]-~]+$/;

/** Characters that an expression of CloudWatch may have; JSON can spell others in several ways. */
const RUN = /[\w .:#=@;,-]+/g;

/** The shortest and the longest text that is looked for by an expression, in characters. */
const MIN_RUN = 3;
const MAX_RUN = 200;

/**
 * The filter pattern for CloudWatch, so that less comes back; undefined for everything. It is one text that all wanted events have,
 * the most specific one: stand-ins do not know patterns of several. So the filter decides in the end.
 */
export function filterPatternOf({ executionName, text, levels, filters = [] }: LogFilter): string | undefined {
  const required = requiredOf(filters);
  const exact = [...required.exact, text ?? ''].filter(isQuotable).sort(byLength);
  if (executionName !== undefined && isQuotable(executionName)) return quoted(executionName);
  const [longest] = exact;
  if (longest !== undefined) return quoted(longest);
  const [run] = required.texts.flatMap((wanted) => wanted.match(RUN) ?? []).sort(byLength);
  if (run !== undefined && run.length >= MIN_RUN) return expressionOf(run.slice(0, MAX_RUN));
  const [field] = required.fields.filter(isQuotable).sort(byLength);
  if (field !== undefined) return quoted(field);
  if (levels !== undefined) return patternOfLevels(levels.flatMap((level) => levelNumber(level) ?? []));
  // For the API, what does not say its level is of this one.
  return required.levels.includes(INFO) ? undefined : patternOfLevels(required.levels);
}

/** What all events have that pass some filters. */
interface Required {
  /** Texts as they are. */
  readonly exact: readonly string[];
  /** Texts, in capitals or not. */
  readonly texts: readonly string[];
  /** Names of fields. */
  readonly fields: readonly string[];
  /** One of these levels. */
  readonly levels: readonly number[];
}

function requiredOf(filters: readonly RecordFilter[]): Required {
  const exact: string[] = [];
  const texts: string[] = [];
  const fields: string[] = [];
  let levels = LEVEL_NUMBERS;
  for (const filter of filters.flatMap(partsOf)) {
    if (filter.kind === 'text') texts.push(filter.text);
    else if (filter.kind === 'exists' && filter.exists) fields.push(lastStepOf(filter.field));
    else if (filter.kind === 'is' && filter.field === 'level')
      levels = levels.filter((level) => filter.values.includes(String(level)));
    else if (filter.kind === 'range' && filter.field === 'level')
      levels = levels.filter((level) => passes({ level }, filter));
    else if (filter.kind === 'is' && filter.values.length === 1 && isOwnText(filter.field, filter.values[0]))
      exact.push(...filter.values);
    else if (isPartOfText(filter) && isLogged(filter.field)) texts.push(filter.text);
  }
  return { exact, texts, fields: fields.filter((field) => isLogged(field) && field !== 'message'), levels };
}

function partsOf(filter: RecordFilter): readonly RecordFilter[] {
  return filter.kind === 'all' ? filter.of.flatMap(partsOf) : [filter];
}

type PartOfText = RecordFilter & { readonly kind: 'prefix' | 'infix' | 'word' };

function isPartOfText(filter: RecordFilter): filter is PartOfText {
  return filter.kind === 'prefix' || filter.kind === 'infix' || filter.kind === 'word';
}

/** Fields of an event that are not in what was logged, or may be there in another form. */
const ADDED: ReadonlySet<string> = new Set(['timestamp', 'logGroup', 'level']);

/** Whether a field's texts are in the line. */
function isLogged(field: string): boolean {
  return !ADDED.has(field);
}

/** Whether a field's value is in the line as it is given: numbers can be spelled in several ways. */
function isOwnText(field: string, value = ''): boolean {
  return isLogged(field) && !Number.isFinite(Number(value));
}

function lastStepOf(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1);
}

/**
 * Levels in all their spellings. CloudWatch accepts no alternatives beside required texts. Lambda's line about a timed-out
 * invocation has no level, and counts as an error.
 */
function patternOfLevels(numbers: readonly number[]): string | undefined {
  const words = [...spellingsOf(numbers), ...(numbers.includes(50) ? ['Task timed out'] : [])];
  return words.length === 0 ? undefined : words.map((word) => `?${quoted(word)}`).join(' ');
}

/** An expression for a text in capitals or not: `%[Mm][Oo][Dd]09%`. */
function expressionOf(text: string): string {
  const parts = Array.from(text, (character) => {
    const [small, capital] = [character.toLowerCase(), character.toUpperCase()];
    if (small !== capital) return `[${capital}${small}]`;
    if (character === '.') return '\\.';
    return character === ' ' ? '.' : character;
  });
  return `%${parts.join('')}%`;
}

function isQuotable(term: string): boolean {
  return term.length <= MAX_PATTERN - 2 && QUOTABLE.test(term);
}

function quoted(term: string): string {
  return `"${term}"`;
}

function byLength(a: string, b: string): number {
  return b.length - a.length;
}
