import fc from 'fast-check';

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((list) => list.join(''));

/** Numbers as DynamoDB takes them: up to 38 digits, from 1E-130 up to 9.99…E+125. */
const number = fc.oneof(
  fc.constantFrom('0', '9007199254740993', '123456789012345678901234567890.12345678', '1e-130', '-9.9e125'),
  fc
    .tuple(fc.constantFrom('', '-'), fc.integer({ min: 1, max: 9 }), digits(0, 37), fc.integer({ min: -130, max: 88 }))
    .map(([sign, first, rest, exponent]) => `${sign}${first}${rest}E${exponent - (exponent < -90 ? 0 : rest.length)}`),
);

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', '\n', '\r\n\t', '\u2028', '😀 🛰️', '"\\"', '{"S":"x"}', '\u0000', ' '),
);

const binary = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('base64'));

/** Of attributes and map keys, which may not be empty at the top. */
const name = fc.oneof(
  fc.constantFrom(
    'S',
    'N',
    'B',
    'M',
    'L',
    'SS',
    'NULL',
    'Item',
    '__proto__',
    'constructor',
    'toString',
    'a.b',
    'ü\n😀',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
);

/** JSON text of an object, in which `__proto__` is a name like any other. */
const object = (names: fc.Arbitrary<string>, members: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(names, members), { maxLength: most, selector: ([key]) => key })
    .map((entries) => `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${member}`).join(',')}}`);

const typed = (type: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  value.map((content) => `{"${type}":${JSON.stringify(content)}}`);

const set = (type: string, members: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  typed(type, fc.uniqueArray(members, { minLength: 1, maxLength: 5, selector: canonical(type) }));

/** What two members have to differ in to be two for sure: of numbers the digits, whatever the exponent. */
function canonical(type: string): (member: string) => string {
  return type === 'NS' ? (member) => member.replace(/\.|e.*/gi, '').replace(/0+$/, '') : (member) => member;
}

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    typed('S', text),
    typed('N', number),
    typed('B', binary),
    typed('BOOL', fc.boolean()),
    typed('NULL', fc.constant(true)),
    set('SS', text),
    set('NS', number),
    set('BS', binary),
    fc.array(tie('value'), { maxLength: 4 }).map((members) => `{"L":[${members.join(',')}]}`),
    object(name, tie('value'), 4).map((members) => `{"M":${members}}`),
  ),
}));

/** The attributes of an item beside its key, as JSON text. */
export const anyAttributes: fc.Arbitrary<string> = object(name, value, 8);
