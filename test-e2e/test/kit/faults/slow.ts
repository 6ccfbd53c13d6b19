import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './proxy.ts';

/** Makes each call of an action take longer, so that a small table gives a run whose middle can be met. */
export function slow(action: string, milliseconds: number): Fault {
  return async (call, pass) => {
    if (call.action === action) await sleep(milliseconds);
    return pass();
  };
}
