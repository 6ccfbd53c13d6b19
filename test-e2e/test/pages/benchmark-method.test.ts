import { readFileSync } from 'node:fs';
import { ownFolder } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { type Block, pathOf } from './page.ts';

const folder = ownFolder();
const [, declared = ''] =
  /parseArgs\(\{([\s\S]*?)\n\}\)/.exec(readFileSync(pathOf('test-e2e/bench/run.ts'), 'utf8')) ?? [];

/** Timings do not belong in tests; the commands are those that the benchmark understands. */
const isUnderstood = {
  inPlaceOfRunning: 'its options are checked',
  run: async ({ text }: Block) => {
    for (const line of text.split('\n')) {
      expect(line).toMatch(/^npm run bench(?: -- .+)?$/);
      for (const [, option] of line.matchAll(/ --([a-z-]+)/g))
        expect(declared).toMatch(new RegExp(`^ +'?${option}'?: `, 'm'));
    }
    return '';
  },
};

describePage('docs/explanation/benchmark-method.md', {
  operator: () => Operator.at(folder, {}),
  steps: {
    'npm run bench': isUnderstood,
    '--only-lists': isUnderstood,
    '--keep-tables': isUnderstood,
    '--files 30000,300000': isUnderstood,
    'npm run bench -- --only-status': isUnderstood,
    '--only-scale --records': isUnderstood,
    '--only-archive --items': isUnderstood,
  },
});
