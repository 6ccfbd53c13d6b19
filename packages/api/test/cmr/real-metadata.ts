import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@cumulus/test-data/package.json')), 'granules');

/** A metadata file of a real granule, as `@cumulus/test-data` holds it. */
export function realMetadata(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Its granule has been moved to a bucket without one in the URLs. */
export const ECHO10 = 'MOD09GQ.A2016358.h13v04.006.2016360104606.cmr.xml';
export const UMM_G = 'ascat_20121029_010301_metopb_00588_eps_o_coa_2101_ovw.l2.cmr.json';
