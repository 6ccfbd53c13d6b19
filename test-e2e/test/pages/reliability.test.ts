import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { type Block, pathOf } from './page.ts';

const { scripts } = JSON.parse(readFileSync(pathOf('package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The campaign's faults alone, of what is built already: tests that run at the same time use it. */
const FAULTS = scripts['campaign:faults']?.replace(/^turbo run build [^&]*&& /, '');

onDynamoDBLocal('the page on reliability', () => {
  const folder = ownFolder();

  async function runFaults(command: string, reader: Operator): Promise<string> {
    expect(FAULTS).toMatch(/^esbuild /);
    const written = await reader.run(`cd '${pathOf('.')}'\n${command.replace(/^npm run \S+ --/, FAULTS ?? '')}`);
    expect(written).toMatch(/\b[1-9]\d* faults that struck, 0 violations\b/);
    return '';
  }

  describePage('docs/explanation/reliability.md', {
    operator: () => Operator.at(folder, { PATH: [pathOf('node_modules/.bin'), process.env['PATH']].join(delimiter) }),
    steps: {
      '--faults 1000': {
        // It takes too long here: its faults are those of the block after it.
        inPlaceOfRunning: 'its options are checked',
        run: async ({ text }: Block) => {
          expect(scripts['campaign']).toBe('CUMULUS_TEST_SIZE=whole npm test && npm run campaign:faults --');
          const main = readFileSync(pathOf('test-e2e/campaign/main.ts'), 'utf8');
          for (const [, option] of text.matchAll(/ --([a-z]+)/g)) expect(main).toContain(`    ${option}: { type: `);
          return '';
        },
      },
      '--only 42': { run: ({ text }: Block, reader) => runFaults(text, reader) },
    },
  });
});
