import { expect, test } from '@jest/globals';
import { examplesOf } from './operator.ts';
import { parsePage } from './page.ts';
import { expectShown } from './shown-output.ts';

const PAGE = `# Back up

- In a list:

  \`\`\`bash
  if true; then
    echo yes
  fi
  \`\`\`

  \`\`\`text
  yes
  \`\`\`

\`\`\`mermaid
graph
\`\`\`

## Next

\`\`\`json
{}
\`\`\`

\`\`\`json output
{ "a": 1 }
\`\`\`
`;

test('the blocks of a page have their heading, line, language and output', () => {
  expect(parsePage(PAGE)).toEqual([
    {
      line: 5,
      heading: 'Back up',
      language: 'bash',
      text: 'if true; then\n  echo yes\nfi',
      output: { line: 11, text: 'yes' },
    },
    { line: 21, heading: 'Next', language: 'json', text: '{}', output: { line: 25, text: '{ "a": 1 }' } },
  ]);
  expect(() => parsePage('```bash\n')).toThrow('The block of line 1 does not end.');
});

test.each([
  [
    'times, durations and sizes may differ',
    '5 items, 2.2 MB in 0.3 s, 2026-01-01T00:00:00Z',
    '5 items, 7 MB in 12 s, 2025-12-31T23:59:59.123Z',
  ],
  [
    'addresses, ids and tokens may differ',
    'http://127.0.0.1:5001 0123456789abcdef',
    'http://127.0.0.1:41234 fedcba9876543210ff',
  ],
  ['lines can be left out, also none', 'a\nb\nc\nd', 'a\n...\nd\n...'],
  ['the width of columns may differ', 'TABLE      ITEMS', 'TABLE   ITEMS'],
  [
    'an id may be shown several times',
    'a1b2c3d4e5f60718 a1b2c3d4e5f60718 ffffffffffffffff',
    '0123456789abcdef 0123456789abcdef fedcba9876543210',
  ],
  ['what is measured may be the same by chance', '1 in 0.2 s, 2 in 0.3 s', '1 in 12 s, 2 in 12 s'],
  [
    'two times of a page may be the same by chance',
    'from 2026-01-01T00:00:59Z to 2026-01-01T00:01:07Z',
    'from 2025-12-31T23:59:59Z to 2025-12-31T23:59:59Z',
  ],
  [
    'addresses of this machine may differ',
    'http://localhost:41234 http://[::1]:1',
    'http://127.0.0.1:5001 http://[::1]:2',
  ],
  ['a warning may be shown', 'a\nWARNING: b\nc', '...\nWARNING: b\n...'],
])('%s', (_, written, shown) => {
  expectShown(`${written}\n`, shown);
});

test.each([
  ['a count', '5 items', '6 items'],
  ['a line', 'a\nb', 'a'],
  ['a line after those that are left out', 'a\nb', '...\nc'],
  ['a word', 'saved', 'stored'],
  ['an id of two', 'a1b2c3d4e5f60718\nffffffffffffffff', '0123456789abcdef\n0123456789abcdef'],
  ['an address of two', '127.0.0.1:1 127.0.0.1:2', '127.0.0.1:5001 127.0.0.1:5001'],
  ['a size of two', '1.1 kB, 1.2 kB', '7 MB, 7 MB'],
  ['a time of two', '2026-01-01T00:00:00Z\n2026-01-01T00:30:00Z', '2025-12-31T23:59:59Z\n...\n2025-12-31T23:59:59Z'],
  [
    'the order of times',
    'from 2026-01-01T00:00:02Z to 2026-01-01T00:00:01Z',
    'from 2025-12-31T23:59:58Z to 2025-12-31T23:59:59Z',
  ],
  ['whose machine an address is of', 'http://8.8.8.8:1', 'http://127.0.0.1:5001'],
  ['a warning that is left out', 'a\nWARNING: b\nc', 'a\n...'],
  ['an error that is left out', 'a\ncumulus-api: b\nc', '...\nc'],
])('%s may not differ', (_, written, shown) => {
  expect(() => expectShown(written, shown)).toThrow();
});

test('what was put in the place of an example has to come out', () => {
  const block = 'export AT=2026-11-23T04:15:30Z\ncumulus-api pitr restore --at $AT';
  const known = examplesOf(block, { AT: '2026-01-01T00:00:00.000Z', OTHER: 'x' });
  const shown = 'as of 2026-11-23T04:15:30Z, at 2026-11-23T05:00:00Z';
  expectShown('as of 2026-01-01T00:00:00Z, at 2026-01-01T09:00:00Z', shown, { known });
  expect(() => expectShown('as of 2026-01-01T00:00:01Z, at 2026-01-01T09:00:00Z', shown, { known })).toThrow();
  expect(() => expectShown(shown, shown, { known })).toThrow('not those that were given');
});
