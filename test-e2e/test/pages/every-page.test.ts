import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { pathOf, readPage } from './page.ts';
import { trackedFiles } from './tracked-files.ts';

/** Pages that describePage does not run, and what checks their blocks. */
const OTHERWISE: readonly (readonly [pages: RegExp, checkedBy: string])[] = [
  [/^\.changeset\//, 'they go into the changelog, which has no commands to copy'],
  [
    /^docs\/reference\/commands\//,
    'packages/cli/test/parse.test.ts and packages/api/test/commands/examples.test.ts, which parse each example, and run none',
  ],
  [
    /^docs\/reference\/http-api\//,
    'test-e2e/test/api/contract.test.ts, which asks each route, and checks each example by its schema',
  ],
  [/^docs\/(how-to\/query-logs|reference\/log-fields)\.md$/, 'packages/api/test/logging/docs.test.ts'],
  [/^docs\/explanation\/comparison\.md$/, 'its one block takes minutes, and a package of PyPI that nothing else needs'],
];

test('each page with blocks that can be copied has a test that runs them', () => {
  const run = new Set(
    trackedFiles('*.test.ts')
      .flatMap((file) => [...readFileSync(pathOf(file), 'utf8').matchAll(/describePage\(\s*'([^']+)'/g)])
      .map(([, page]) => page),
  );
  const pages = trackedFiles('*.md').filter((page) => readPage(page).length > 0);
  const forgotten = pages.filter((page) => !run.has(page) && !OTHERWISE.some(([pattern]) => pattern.test(page)));
  expect(forgotten).toEqual([]);
});

test('the index has a link to each page of the documentation', () => {
  const index = readFileSync(pathOf('docs/index.md'), 'utf8');
  // Commands and routes have lists of their own, which are in the index.
  const pages = trackedFiles('docs/*.md').filter(
    (page) => !/\/(commands|http-api)\/(?!index\.md)|docs\/index\.md$/.test(page),
  );
  expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)}`))).toEqual([]);
});
