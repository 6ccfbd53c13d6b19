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
    'First stop everything that writes to the table --to. If an item is written during the copy and the copy notices ' +
    'it, the copy leaves that item unchanged and fails.',
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
