import fc from 'fast-check';

/** JSON as a writer may put it: the same value in two texts. */
interface TwoTexts {
  readonly one: string;
  readonly other: string;
}

const same = (text: string): TwoTexts => ({ one: text, other: text });

const character = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    '"',
    '\\',
    '/',
    '\n',
    '\u0001',
    '\u007f',
    '\u2028',
    'ü',
    '😀',
    '\ud800',
    '{',
    '}',
    '[',
    ',',
    ':',
    'é',
  ),
);

const words = fc.array(character, { maxLength: 12 }).map((list) => list.join(''));

/** A string once as JSON.stringify writes it, once with other escapes. */
function string(content: string): fc.Arbitrary<TwoTexts> {
  const usual = JSON.stringify(content);
  const escaped = `"${[...content].map((each) => (each === '/' ? '\\/' : each.split('').map(unicode).join(''))).join('')}"`;
  return fc.constantFrom({ one: usual, other: usual }, { one: usual, other: escaped }, { one: escaped, other: usual });
}

function unicode(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Digits and where the point is, written in two ways. */
const number: fc.Arbitrary<TwoTexts> = fc
  .record({
    sign: fc.constantFrom('', '-'),
    digits: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 38 }).map((list) => list.join('')),
    point: fc.integer({ min: 0, max: 38 }),
    zeros: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ sign, digits, point, zeros }) => {
    const whole = digits.slice(0, point);
    const rest = digits.slice(point);
    const plain = `${sign}${whole === '' ? '0' : whole}${rest === '' ? '' : `.${rest}`}`;
    const padded = `${sign}${'0'.repeat(zeros)}${digits}${'0'.repeat(zeros)}E${-rest.length - zeros}`;
    return zeros === 0 ? { one: plain, other: `${plain}` } : { one: plain, other: padded };
  });

/** The unused bits of base64's last letter are free. */
const binary: fc.Arbitrary<TwoTexts> = fc.uint8Array({ maxLength: 8 }).map((bytes) => {
  const usual = Buffer.from(bytes).toString('base64');
  const free = usual.endsWith('==') ? usual.replace(/(.)==$/, (_, last: string) => `${next(last)}==`) : usual;
  return { one: JSON.stringify(usual), other: JSON.stringify(free) };
});

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function next(letter: string): string {
  return LETTERS[LETTERS.indexOf(letter) + 1] as string;
}

const quoted = number.map(({ one, other }) => ({ one: JSON.stringify(one), other: JSON.stringify(other) }));

/** A set, its members once in another order. */
function set(
  type: string,
  members: fc.Arbitrary<TwoTexts>,
  selector: (member: string) => unknown,
): fc.Arbitrary<TwoTexts> {
  return fc
    .uniqueArray(members, { minLength: 1, maxLength: 4, selector: ({ one }) => selector(JSON.parse(one) as string) })
    .chain((list) =>
      fc.shuffledSubarray(list, { minLength: list.length }).map((shuffled) => ({
        one: `{"${type}":[${list.map(({ one }) => one).join(',')}]}`,
        other: `{"${type}":[${shuffled.map(({ other }) => other).join(',')}]}`,
      })),
    );
}

const wrap = (type: string, content: fc.Arbitrary<TwoTexts>): fc.Arbitrary<TwoTexts> =>
  content.map(({ one, other }) => ({ one: `{"${type}":${one}}`, other: `{"${type}":${other}}` }));

const names = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'ab', 'status', 'S', 'M', 'NULL', 'BOOL', '1', '10', '2') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'ü', 'a"b', 'a\\', '\ue000', '😀') },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 4 }) },
);

/** The members of an object, once in another order. */
function members(of: fc.Arbitrary<TwoTexts>, most: number): fc.Arbitrary<TwoTexts> {
  return fc
    .uniqueArray(fc.tuple(names, of), { maxLength: most, selector: ([name]) => name })
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })))
    .map(([list, shuffled]) => ({
      one: list.map(([name, { one }]) => `${JSON.stringify(name)}:${one}`).join(','),
      other: shuffled.map(([name, { other }]) => `${JSON.stringify(name)}:${other}`).join(','),
    }));
}

const { value } = fc.letrec<{ value: TwoTexts }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    wrap('S', words.chain(string)),
    wrap('N', quoted),
    wrap('B', binary),
    fc.constantFrom('{"BOOL":true}', '{"BOOL":false}', '{"NULL":true}').map(same),
    set('SS', words.chain(string), (member) => member),
    set('NS', quoted, (member) => Number(member)),
    set('BS', binary, (member) => member),
    wrap(
      'L',
      fc.array(tie('value'), { maxLength: 4 }).map((list) => ({
        one: `[${list.map(({ one }) => one).join(',')}]`,
        other: `[${list.map(({ other }) => other).join(',')}]`,
      })),
    ),
    wrap(
      'M',
      members(tie('value'), 4).map(({ one, other }) => ({ one: `{${one}}`, other: `{${other}}` })),
    ),
  ),
}));

/** Whitespace that a writer may put between the tokens. */
const layout = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => ` ${text}\r`,
  (text) => text.replace('{', '{\t'),
);

/** An item with the key `id`, in two texts of the same value. */
export const textsOfItem: fc.Arbitrary<TwoTexts> = fc
  .record({ id: words, attributes: members(value, 6), layouts: fc.tuple(layout, layout) })
  .map(({ id, attributes: { one, other }, layouts: [ofOne, ofOther] }) => {
    const key = `"id":{"S":${JSON.stringify(`k${id}`)}}`;
    return {
      one: ofOne(`{${[key, one].filter((part) => part !== '').join(',')}}`),
      other: ofOther(`{${[other, key].filter((part) => part !== '').join(',')}}`),
    };
  });
