import fc from 'fast-check';

/** An attribute value as DynamoDB writes it. */
type TypedValue =
  | { readonly [type: string]: string | boolean | readonly string[] }
  | { readonly L: readonly TypedValue[] }
  | { readonly M: { readonly [name: string]: TypedValue } };

export type TypedItem = { readonly [name: string]: TypedValue };

/** Texts that look like the text around them in a response. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      '}},{"',
      '}',
      '{',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      '\r',
      '\u0001',
      ' ',
      'x',
      '🛰',
      '"Items":[',
      '],',
    ),
  }),
);

const name = fc.oneof(
  text,
  fc.constantFrom(
    'Items',
    'Count',
    'S',
    'N',
    'B',
    'SS',
    'NS',
    'BS',
    'M',
    'L',
    'BOOL',
    'NULL',
    'granuleId',
    'SSS',
    '__proto__x',
  ),
);

const number = fc.oneof(
  fc.bigInt().map(String),
  fc.constantFrom('12345678901234567890123456789012345678', '-0.00000000000000000000000000000000000001', '1E+125'),
);

const { value } = fc.letrec<{ value: TypedValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ S: text }),
    fc.record({ N: number }),
    fc.record({ B: fc.base64String() }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.constant(true) }),
    fc.record({ SS: fc.uniqueArray(text, { minLength: 1 }) }),
    fc.record({ NS: fc.uniqueArray(number, { minLength: 1 }) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 4 }) }),
    fc.record({ M: fc.dictionary(name, tie('value'), { maxKeys: 4 }) }),
  ),
}));

const typedItem: fc.Arbitrary<TypedItem> = fc.dictionary(name, value, { maxKeys: 5 });

/** How a server may write its JSON. */
const layout = fc.constantFrom<(page: object) => string>(
  (page) => JSON.stringify(page),
  (page) => JSON.stringify(page, null, 2),
  (page) => JSON.stringify(page, null, '\t').replaceAll('\n', '\r\n'),
  (page) => ` ${JSON.stringify(page, null, 1).replaceAll('\n', ' ')} `,
);

/** A response to Scan, its members in any order. */
export const typedPage: fc.Arbitrary<{ items: TypedItem[]; key: TypedItem; body: Buffer }> = fc
  .record({ items: fc.array(typedItem, { maxLength: 5 }), key: typedItem, layout })
  .chain(({ items, key, layout }) =>
    fc
      .shuffledSubarray(
        [
          ['Items', items],
          ['Count', items.length],
          ['ScannedCount', items.length + 3],
          ['LastEvaluatedKey', key],
          ['ConsumedCapacity', { TableName: 'Items', CapacityUnits: 0.5 }],
        ] as const,
        { minLength: 5 },
      )
      .map((members) => ({ items, key, body: Buffer.from(layout(Object.fromEntries(members))) })),
  );
