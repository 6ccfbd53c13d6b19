import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describeUnless, ownFolder, whyNoDynamoDBLocal } from '@cumulus/test-kit';
import { putAll } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { host } from '../kit/command.ts';
import { BUILT_BEFORE } from './built-before.ts';
import { compileTypeScript } from './compile-typescript.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';
import { pathOf } from './page.ts';

/** In milliseconds. */
const POLL_INTERVAL = 200;

/** Reads what the pages read; bundled, it has to run. */
const PROGRAM = `import { createModels } from '@cumulus/models';
import { createClient } from '@cumulus/dynamodb/aws';
const { collections } = createModels({ client: createClient(), tables: 'prod' });
for await (const { name } of collections.list()) console.log(name);
`;

describeUnless(whyNoDynamoDBLocal(), 'pages on records', () => {
  const folder = ownFolder();
  const deployment = ownDeployment();
  const PATH = [pathOf('node_modules/.bin'), process.env['PATH']].join(delimiter);
  const operator = (): Promise<Operator> => Operator.at(folder, { ...deployment.environment, PATH });
  const runs = async (bundle: string): Promise<void> => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, bundle)]);
    expect(stdout.split('\n')).toContain('MOD09GQ');
  };

  describePage('docs/how-to/use-the-records.md', {
    operator,
    steps: {
      'npm install': { environment: { CLONE: pathOf('.') } },
      'outfile=bundle.cjs': {
        before: () => writeFile(join(folder, 'program.mjs'), PROGRAM.replace(/for await.*/, '')),
      },
      'outfile=bundle.mjs': {
        before: () => writeFile(join(folder, 'program.mjs'), PROGRAM),
        after: () => runs('bundle.mjs'),
      },
    },
    languages: { ts: compileTypeScript },
    notRun: { 'npm ci && npm run build': BUILT_BEFORE },
  });

  describePage('docs/how-to/manage-users.md', { operator });

  describePage('docs/how-to/count-records.md', {
    operator,
    steps: {
      'counts follow': {
        run: async ({ text }, reader) => {
          const following = await host(text.split(' ').slice(1));
          await putAll('prod-GranulesTable', [{ granuleId: { S: 'new' }, status: { S: 'running' } }]);
          const shown = (): Promise<string> => reader.run('cumulus-api counts show --prefix prod --type granule');
          while (!(await shown()).startsWith('prod-GranulesTable: 201:')) await delay(POLL_INTERVAL);
          await following.kill('SIGINT');
          const { code, stdout, stderr } = await following.ended;
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
          return stdout;
        },
      },
    },
    languages: { ts: compileTypeScript },
  });
});
