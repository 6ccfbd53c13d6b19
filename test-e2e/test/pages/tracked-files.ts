import { execFileSync } from 'node:child_process';
import { pathOf } from './page.ts';

/** Files of the repository, also those that git has not been given yet. @param patterns of git: `*.md` is in all folders */
export function trackedFiles(...patterns: readonly string[]): readonly string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: pathOf('.'),
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '');
}
