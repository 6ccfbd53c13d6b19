import type { CommandOptions } from '../../../command.ts';
import { cumulusTables, flag, texts } from '../../../options/kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { tablesOptions } from '../options.ts';

export const options = {
  ...tablesOptions,
  tag: texts({ valueName: 'KEY=VALUE', describe: 'Tags for the tables, each as KEY=VALUE' }),
  'point-in-time': cumulusTables({
    defaultDescription: 'the eight with metadata',
    describe: 'Tables to protect by point-in-time recovery: GranulesTable, …, or none',
  }),
  'dry-run': flag({ describe: 'Show which tables would be created, and create none' }),
};

export type CreateOptions = CommandOptions<typeof options>;

export function check({ tag }: CreateOptions): void {
  parseTags(tag);
}

/** @throws UsageError unless each is KEY=VALUE */
export function parseTags(tags: CreateOptions['tag']): Record<string, string> | undefined {
  return tags === undefined ? undefined : Object.fromEntries(tags.map(parseTag));
}

function parseTag(tag: string): [string, string] {
  const at = tag.indexOf('=');
  if (at < 1) throw new UsageError(`--tag takes KEY=VALUE, not "${tag}"`);
  return [tag.slice(0, at), tag.slice(at + 1)];
}
