import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

// Its types are those that `require` gives; `import` gives another shape.
const require = createRequire(import.meta.url);
const { TestEnvironment } = require('jest-environment-node') as typeof import('jest-environment-node');

/**
 * Has each test file use an access key of its own: DynamoDB Local has a database for each, with a thread of its own. One for
 * all grows slower with each table that a run makes, and what streams hold.
 */
export default class OwnAccount extends TestEnvironment {
  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    // For the file, and for the processes that it starts. DynamoDB Local takes letters and digits.
    process.env['AWS_ACCESS_KEY_ID'] = `test${randomBytes(8).toString('hex')}`;
    // Jest sets this for its workers where it writes to a terminal itself; the commands under test would obey it.
    delete process.env['FORCE_COLOR'];
    super(config, context);
  }
}
