import type { Operator } from './operator.ts';
import type { Block } from './page.ts';

/** Runs the command of a line of a crontab at once. @param folder of the page, for which the operator's own is taken */
export function runCrontab(folder: string): (block: Block, operator: Operator) => Promise<void> {
  return async ({ text }, operator) => {
    await operator.run(text.replace(/^(\S+\s+){5}/, '').replace(folder, operator.folder));
  };
}
