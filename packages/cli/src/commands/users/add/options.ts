import type { CommandOptions } from '../../../command.ts';
import { flag } from '../../../options/kinds.ts';
import { time } from '../../../options/time-kinds.ts';
import { UsageError } from '../../../usage-error.ts';
import { checkUsers, namesOptions } from '../options.ts';

export const options = {
  ...namesOptions('add'),
  'password-stdin': flag({
    describe: 'Read a password for the one user from standard input; Earthdata Login names need none',
  }),
  expires: time({ describe: "When the users' login ends, such as 2030-01-31T12:00Z" }),
};

export type AddOptions = CommandOptions<typeof options>;

export function check(chosen: AddOptions): void {
  checkUsers(chosen);
  // No error repeats a NAME: it may be a password given in the wrong place.
  chosen.name.forEach(checkNewName);
  if (chosen['password-stdin'] && new Set(chosen.name).size > 1) {
    throw new UsageError('--password-stdin takes one NAME, since there is one password');
  }
}

/** Refuses what nobody can log in with, or distinguish from another name where it is shown. */
function checkNewName(name: string): void {
  if (/[\s\p{C}]/u.test(name)) throw new UsageError('NAME takes names without blanks and control characters');
}
