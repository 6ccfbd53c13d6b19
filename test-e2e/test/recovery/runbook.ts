import { readPage } from '../pages/page.ts';

const RUNBOOK = 'docs/how-to/recover.md';

/** The headings whose blocks are run, by the test file that runs them. */
export const TESTED = {
  here: [
    'Is everything protected?',
    'A script wrote nonsense an hour ago',
    'Copy back',
    'A table was deleted',
    'Backups of AWS Backup',
    'A whole deployment at one instant',
  ],
  elsewhere: [
    'An account was lost',
    'Moving a deployment to another account or region',
    'Keeping seven years of backups',
    'A yearly rehearsal',
  ],
  terraform: ['Adopt'],
} as const;

const commands = readPage(RUNBOOK).filter(({ language }) => language === 'bash');

/** The blocks of `bash` under a heading of the runbook, as they stand there. @throws an error where there are none */
export function blocksOf(heading: string): readonly string[] {
  const blocks = commands.filter((block) => block.heading === heading).map(({ text }) => text);
  if (blocks.length === 0) throw new Error(`${RUNBOOK} has no blocks under ${heading}`);
  return blocks;
}

/** The headings that have blocks. */
export function headingsWithBlocks(): readonly string[] {
  return commands.map(({ heading }) => heading);
}
