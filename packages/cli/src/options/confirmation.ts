import { flag } from './kinds.ts';
import { typedOnly } from './option.ts';

/** For a command that deletes or overwrites: see `confirm` of its context, which obeys it. */
export const confirmation = { yes: typedOnly(flag({ describe: 'Do it without asking' })) };
