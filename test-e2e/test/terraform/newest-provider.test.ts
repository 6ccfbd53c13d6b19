import { describe } from '@jest/globals';
import { describeWithNewestProvider } from './available.ts';
import { testTables } from './table-tests.ts';
import type { Runner } from './terraform.ts';

const NEWEST: Runner = { program: 'terraform', provider: 'newest' };

await describeWithNewestProvider('with the newest AWS provider', () => {
  describe('the module makes the tables of a deployment', () => testTables(NEWEST));
});
