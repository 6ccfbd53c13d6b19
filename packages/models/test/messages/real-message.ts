import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('@cumulus/test-data/package.json')),
  'cumulus_messages',
);

export type RealMessageName =
  | 'discover-pdrs'
  | 'discover-s3-granules'
  | 'parse-pdr'
  | 'pdr-status-check'
  | 'post-to-cmr'
  | 'sync-granule';

/** The parts of a real message that tests change. */
export interface RealMessage {
  readonly cumulus_meta: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
  readonly exception: unknown;
}

/** A message of a real workflow, as `@cumulus/test-data` holds it. */
export function realMessage(name: RealMessageName): RealMessage {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}
