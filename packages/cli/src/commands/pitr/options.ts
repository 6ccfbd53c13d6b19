import { cumulusTables, flag } from '../../options/kinds.ts';

export const expect = cumulusTables({
  defaultDescription: 'the eight with metadata',
  describe: 'Tables that should be protected: GranulesTable, …, or none',
});
export const dryRun = flag({ describe: 'Only show what it would do' });
