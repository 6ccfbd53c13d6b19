import { arnsOf, type Trigger } from './trigger.ts';

/** Of rules that AWS knows nothing of. */
export const NO_TRIGGER: Trigger = {
  requireConfigured: () => undefined,
  prepare: async () => ({}),
  sourceOf: () => undefined,
  isNeededBy: () => false,
  compare: async () => 'same',
  put: async (rule) => arnsOf(rule),
  delete: async () => undefined,
};
