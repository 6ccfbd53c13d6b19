import { describeUnless } from '@cumulus/test-kit';
import { whyNoTerraform } from './available.ts';
import { testTables } from './table-tests.ts';
import { OLDEST_RUNNER } from './terraform.ts';

describeUnless(await whyNoTerraform(), 'the module makes the tables of a deployment', () => testTables(OLDEST_RUNNER));
