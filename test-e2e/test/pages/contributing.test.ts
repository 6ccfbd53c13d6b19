import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { ownFolder } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { type Block, pathOf } from './page.ts';

const folder = ownFolder();

/** Runs a command of a block where the page has it run: at the top of the repository. */
async function runHere(command: string): Promise<string> {
  return (await promisify(execFile)('bash', ['-ec', command], { cwd: pathOf('.') })).stdout;
}

describePage('CONTRIBUTING.md', {
  operator: () => Operator.at(folder, {}),
  notRun: {
    'npm ci': 'it would replace the packages that this test runs with',
    'npm test': 'it runs this test',
  },
  steps: {
    'npm test -- packages/models': {
      inPlaceOfRunning: 'its paths are looked for',
      run: async ({ text }: Block) => {
        const paths = [...text.matchAll(/(?<=-- )\S+/g)].map(([path]) => path);
        expect(paths.filter((path) => !existsSync(pathOf(path)))).toEqual([]);
        return '';
      },
    },
    'npx cumulus-api --help': {
      run: async ({ text }: Block) => {
        // Tests begin when all is built.
        const help = await runHere(text.replace('npm run build\n', ''));
        expect(help).toContain('cumulus-api');
        return help;
      },
    },
    'node scripts/check-prose.mjs': { run: ({ text }: Block) => runHere(text) },
  },
  languages: {
    markdown: ({ text }) => {
      expect(text).toMatch(/^---\n'@cumulus\/api': (?:major|minor|patch)\n---\n\n\S/);
    },
  },
});
