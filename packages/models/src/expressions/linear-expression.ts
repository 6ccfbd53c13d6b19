import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** An expression of JavaScript as RE2 has it, for subjects in ASCII. */
export interface LinearExpression {
  readonly pattern: string;
  /** About how many steps RE2 takes for each character of a subject. */
  readonly size: number;
  /** Whether groups capture what they do in JavaScript, not only whether there is a match. */
  readonly capturesAlike: boolean;
}

/** Ranges of characters, both ends included, in ascending order. */
type Ranges = readonly (readonly [from: number, to: number])[];

/** The longest expression that is translated. Parsing a longer one would hold others up. */
const MAX_LENGTH = 2_000;
/** RE2 refuses to repeat more often. */
const MAX_REPETITIONS = 1_000;
const LAST_CHARACTER = 0x10ffff;

const EVERYTHING: Ranges = [[0, LAST_CHARACTER]];
const DIGITS: Ranges = [[0x30, 0x39]];
// Of ASCII: what else JavaScript takes for white space or the end of a line, no subject has.
const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
const LINE_ENDS: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
];
const WORD_CHARACTERS: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];

/**
 * Translates an expression to the syntax of RE2, whose matcher takes a time in proportion to the subject.
 * @param source a valid expression of JavaScript, without flags
 * @returns undefined where RE2 cannot say the same: look-around, references back, very many repetitions
 */
export function linearExpression(source: string): LinearExpression | undefined {
  if (source.length > MAX_LENGTH) return undefined;
  try {
    const translation = new Translation();
    const { pattern, size } = translation.ofAlternatives(new RegExpParser().parsePattern(source).alternatives);
    return { pattern, size, capturesAlike: translation.capturesAlike };
  } catch (error) {
    // Another syntax error than JavaScript's own would be a form that the parser does not know yet.
    if (error instanceof NotLinearError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class NotLinearError extends Error {}

/** A part of an expression, translated. */
interface Part {
  readonly pattern: string;
  readonly size: number;
  readonly canBeEmpty: boolean;
  readonly captures: boolean;
}

class Translation {
  capturesAlike = true;

  ofAlternatives(alternatives: readonly AST.Alternative[]): Part {
    const parts = alternatives.map(({ elements }) => this.#ofSequence(elements));
    return {
      pattern: parts.map(({ pattern }) => pattern).join('|'),
      size: sum(parts) + parts.length,
      canBeEmpty: parts.some(({ canBeEmpty }) => canBeEmpty),
      captures: parts.some(({ captures }) => captures),
    };
  }

  #ofSequence(elements: readonly AST.Element[]): Part {
    const parts = elements.map((element) => this.#ofElement(element));
    return {
      pattern: parts.map(({ pattern }) => pattern).join(''),
      size: sum(parts),
      canBeEmpty: parts.every(({ canBeEmpty }) => canBeEmpty),
      captures: parts.some(({ captures }) => captures),
    };
  }

  #ofElement(element: AST.Element): Part {
    switch (element.type) {
      case 'Group': {
        if (element.modifiers !== null) throw new NotLinearError();
        const inner = this.ofAlternatives(element.alternatives);
        return { ...inner, pattern: `(?:${inner.pattern})` };
      }
      case 'CapturingGroup': {
        const inner = this.ofAlternatives(element.alternatives);
        return { ...inner, pattern: `(${inner.pattern})`, size: inner.size + 2, captures: true };
      }
      case 'Quantifier':
        return this.#ofQuantifier(element);
      case 'Assertion':
        return { pattern: assertion(element), size: 1, canBeEmpty: true, captures: false };
      case 'Character':
        return characters([[element.value, element.value]]);
      case 'CharacterSet':
        return characters(rangesOfSet(element));
      case 'CharacterClass':
        return characters(rangesOfClass(element));
      default:
        throw new NotLinearError();
    }
  }

  #ofQuantifier({ element, min, max, greedy }: AST.Quantifier): Part {
    const inner = this.#ofElement(element);
    const isBounded = max !== Number.POSITIVE_INFINITY;
    if (min > MAX_REPETITIONS || (isBounded && max > MAX_REPETITIONS)) throw new NotLinearError();
    // JavaScript forgets what groups captured before each repetition, and does not repeat what took nothing.
    if (inner.canBeEmpty || (inner.captures && max !== 1)) this.capturesAlike = false;
    return {
      pattern: `(?:${inner.pattern}){${min},${isBounded ? max : ''}}${greedy ? '' : '?'}`,
      size: (inner.size + 1) * Math.max(1, isBounded ? max : min + 1),
      canBeEmpty: inner.canBeEmpty || min === 0,
      captures: inner.captures,
    };
  }
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { size }) => total + size, 0);
}

function assertion(element: AST.Assertion): string {
  if (element.kind === 'start') return '^';
  if (element.kind === 'end') return String.raw`\z`;
  if (element.kind === 'word') return element.negate ? String.raw`\B` : String.raw`\b`;
  throw new NotLinearError();
}

/** One character of these ranges. */
function characters(ranges: Ranges): Part {
  const hex = (character: number): string => String.raw`\x{${character.toString(16)}}`;
  const [first, ...others] = ranges;
  const pattern =
    first === undefined
      ? `[^${hex(0)}-${hex(LAST_CHARACTER)}]`
      : others.length === 0 && first[0] === first[1]
        ? hex(first[0])
        : `[${ranges.map(([from, to]) => `${hex(from)}-${hex(to)}`).join('')}]`;
  return { pattern, size: 1, canBeEmpty: false, captures: false };
}

function rangesOfClass({ elements, negate }: AST.CharacterClass): Ranges {
  const ranges = elements.flatMap((element): Ranges => {
    if (element.type === 'Character') return [[element.value, element.value]];
    if (element.type === 'CharacterClassRange') return [[element.min.value, element.max.value]];
    if (element.type === 'CharacterSet') return rangesOfSet(element);
    throw new NotLinearError();
  });
  return negate ? allBut(ranges) : ranges;
}

function rangesOfSet(set: AST.CharacterSet): Ranges {
  if (set.kind === 'any') return allBut(LINE_ENDS);
  if (set.kind === 'property') throw new NotLinearError();
  const ranges = { digit: DIGITS, space: SPACES, word: WORD_CHARACTERS }[set.kind];
  return set.negate ? allBut(ranges) : ranges;
}

function allBut(ranges: Ranges): Ranges {
  let rest = EVERYTHING;
  for (const [from, to] of ranges) {
    rest = rest.flatMap(([first, last]): Ranges => {
      const sides: Ranges = [
        [first, Math.min(last, from - 1)],
        [Math.max(first, to + 1), last],
      ];
      return sides.filter(([start, end]) => start <= end);
    });
  }
  return rest;
}
