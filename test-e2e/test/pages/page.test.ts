import { expect, test } from '@jest/globals';
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
])('%s', (_, written, shown) => {
  expectShown(`${written}\n`, shown);
});

test.each([
  ['a count', '5 items', '6 items'],
  ['a line', 'a\nb', 'a'],
  ['a line after those that are left out', 'a\nb', '...\nc'],
  ['a word', 'saved', 'stored'],
])('%s may not differ', (_, written, shown) => {
  expect(() => expectShown(written, shown)).toThrow();
});
