import type { ParseSettings } from '../src/parse.ts';

/** A command line in a pipe, without a config file. */
export const PARSE_SETTINGS: ParseSettings = {
  page: { columns: 80, hasColours: false },
  findConfig: () => undefined,
  environment: {},
  onConfigured: () => undefined,
};
