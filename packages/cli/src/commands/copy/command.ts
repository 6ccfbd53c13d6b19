import { defineCommand } from '../../command.ts';
import { check, options } from './options.ts';

export const copy = defineCommand({
  name: 'copy',
  describe: 'Make a table equal to another one; writes only what differs',
  options,
  check,
  examples: [
    '# See what differs',
    'cumulus-api copy --from prod-PdrsTable-recovered --to prod-PdrsTable --dry-run',
    '# Bring it back',
    'cumulus-api copy --from prod-PdrsTable-recovered --to prod-PdrsTable --yes --verify',
  ],
  notes:
    'Stop what writes to the table --to before. An item that is written all the same while the copy is under way is ' +
    'left alone, as far as it is seen, and the copy fails.',
  fields: [
    'table',
    'source',
    'sourceItems',
    'targetItems',
    'same',
    'additions',
    'changes',
    'deletions',
    'expired',
    'kept',
    'differences',
    'unlisted',
    'list',
    'written',
    'deleted',
    'changedMeanwhile',
    'goneMeanwhile',
    'cameMeanwhile',
    'verified',
    'recountDue',
    'seconds',
  ],
  load: async () => (await import('./run.ts')).runCopy,
});
