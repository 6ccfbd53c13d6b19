import type { Fault } from './proxy.ts';

/** A fault that holds the calls of an action, so that what happens meanwhile does not depend on how fast anything is. */
export interface Held {
  readonly fault: Fault;
  /** Resolves when the first of these calls is there. */
  readonly reached: Promise<void>;
  /** Lets them all pass. */
  readonly release: () => void;
}

export function held(action: string): Held {
  let arrived = (): void => undefined;
  let release = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fault: Fault = async (call, pass) => {
    if (call.action === action) {
      arrived();
      await released;
    }
    return pass();
  };
  return { fault, reached, release };
}
